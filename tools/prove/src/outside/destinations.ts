import type { StackRun } from '../stack-proof/stack-proof'

export type Destination = 'lrs' | 'hr'

/** A healthy destination has what is for it within this, whatever happens to the others. */
const MOST_SECONDS = 5

/** Seconds until what came up after $1 was delivered, or until now. */
const DELAYS: Readonly<Record<Destination, string>> = {
  lrs: `select extract(epoch from coalesce(sent_at, now()) - created_at)::float8 as seconds from analytics.statement where created_at > to_timestamp($1)`,
  hr: `select extract(epoch from coalesce(pushed_at, now()) - queued_at)::float8 as seconds from hr.training_records where queued_at > to_timestamp($1)`,
}

/** Looks at how long destinations wait for what is meant for them. */
export class Destinations {
  constructor(private readonly proofRun: StackRun) {}

  /** It is a finding when the 95th percentile of what came up since then is over five seconds. */
  async judge(healthy: Destination, since: number): Promise<void> {
    const { fences, figures, findings } = this.proofRun
    const { rows } = await fences.query<{ seconds: number }>(DELAYS[healthy], [since / 1_000])
    if (rows.length === 0) return
    const sorted = rows.map(({ seconds }) => seconds).toSorted((a, b) => a - b)
    const seconds = sorted[Math.ceil(sorted.length * 0.95) - 1]!
    figures[`delay of ${healthy} while the other is dead, 95th percentile`] = `${seconds.toFixed(1)} s`
    if (seconds > MOST_SECONDS)
      findings.add('wrong', `${healthy} waited ${seconds.toFixed(1)} s (95th percentile) while another destination was dead`)
  }
}

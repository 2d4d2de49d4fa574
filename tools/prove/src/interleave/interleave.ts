import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfra } from '@laurel/dev-stack'
import { migrate, provision, serviceUrl } from '@laurel/postgres'
import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Arena, type ArenaOptions } from './arena'
import { built } from './built'
import { playCase } from './case'
import { checkCase } from './check-case'
import { checkJobs } from './check-jobs'

const DEFAULT_CASES = 2_000
const TOLD_EVERY = 500
const TURNS_SHOWN = 60

/** Fold, enrollments, facts from outside, the relay and jobs on real Postgres, statement by statement in an order that a seed gives. */
export const interleave: Proof = {
  name: 'interleave',
  summary:
    'fold, enrollments, outside facts, relay and jobs, every statement scheduled by the seed; one completion per satisfied cycle, no lost evidence, no job lost or done twice',
  async run(o): Promise<Evidence> {
    const dir = mkdtempSync(join(tmpdir(), 'laurel-interleave-'))
    // Postgres runs as another user when this process is root.
    chmodSync(dir, 0o755)
    const infra = await startInfra({ dir, fresh: true, ports: 'ephemeral', durable: false, signal: o.signal })
    try {
      const { schema, migrations } = built.database()
      const role = { schema, password: randomBytes(16).toString('hex') }
      await provision(infra.postgres.url, [role])
      const url = serviceUrl(infra.postgres.url, role)
      await migrate({ url, schema, migrations })
      return await playCases({ url, adminUrl: infra.postgres.url }, o)
    } finally {
      await infra.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

/** Plays cases on a migrated database of completion-detection. */
export async function playCases(where: ArenaOptions, o: Pick<ProofOptions, 'seed' | 'cases' | 'say' | 'signal'>): Promise<Evidence> {
  const { seed, cases = DEFAULT_CASES, say, signal } = o
  const findings = new Findings()
  const counts = { turns: 0, deadlocks: 0, crashes: 0, deaths: 0, expiries: 0 }
  const arena = await Arena.open(where)
  try {
    for (let n = 0; n < cases; n++) {
      signal.throwIfAborted()
      const played = await playCase(arena, seed + n)
      const wasGood = findings.none
      await checkCase(arena, played, findings, `seed ${seed + n}`)
      await checkJobs(arena, played, findings, `seed ${seed + n}`)
      counts.turns += played.turns.length
      counts.crashes += played.crashes
      counts.deaths += played.deaths
      counts.expiries += played.expiries
      counts.deadlocks += played.turns.filter((turn) => turn.endsWith('victim of a deadlock')).length
      if (wasGood && !findings.none) {
        say(`  the first case that went wrong: --seed ${seed + n} --cases 1; its last turns:`)
        for (const turn of played.turns.slice(-TURNS_SHOWN)) say(`    ${turn}`)
      }
      if ((n + 1) % TOLD_EVERY === 0) say(`  ${n + 1} of ${cases} cases, ${counts.turns.toLocaleString('en')} turns`)
    }
  } finally {
    await arena.close()
  }
  return {
    faults: {
      schedules: cases,
      'relay connections cut': counts.crashes,
      'worker processes killed': counts.deaths,
      'leases run out': counts.expiries,
    },
    acknowledged: 0,
    recoveryMs: 0,
    findings,
    figures: { 'statements scheduled': counts.turns, 'deadlocks resolved': counts.deadlocks },
  }
}

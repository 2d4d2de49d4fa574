import type { Evidence } from './proof'

/** What is printed of a finished run. */
export interface Verdict extends Evidence {
  readonly name: string
  readonly seed: number
}

export function isProven({ findings }: Evidence): boolean {
  return findings.none
}

/** The last line of `--json`: `{name, seed, faults, acknowledged, lost, doubled, wrong, recovery_ms, ok}`. */
export function jsonLine(verdict: Verdict): string {
  const { name, seed, acknowledged, findings, recoveryMs } = verdict
  const { lost, doubled, wrong } = findings
  const faults = Object.values(verdict.faults).reduce((sum, count) => sum + count, 0)
  return JSON.stringify({ name, seed, faults, acknowledged, lost, doubled, wrong, recovery_ms: recoveryMs, ok: isProven(verdict) })
}

/** The table at the end, one figure per line, and under it what was found. */
export function tableOf(verdict: Verdict): string[] {
  const { findings } = verdict
  const rows: [string, string | number][] = [
    ['proof', verdict.name],
    ['seed', verdict.seed],
    ...Object.entries(verdict.faults).map(([kind, count]): [string, number] => [`faults: ${kind}`, count]),
    ['acknowledged writes', verdict.acknowledged],
    ...Object.entries(verdict.figures ?? {}),
    ['lost', findings.lost],
    ['doubled', findings.doubled],
    ['wrong', findings.wrong],
    ['recovery at most', `${verdict.recoveryMs.toLocaleString('en')} ms`],
    ['ok', isProven(verdict) ? 'yes' : 'NO'],
  ]
  const width = Math.max(...rows.map(([what]) => what.length))
  const lines = rows.map(
    ([what, value]) => `  ${what.padEnd(width)}  ${typeof value === 'number' && what !== 'seed' ? value.toLocaleString('en') : value}`,
  )
  return ['', ...lines, ...findings.examples.map(({ kind, what }) => `  ${kind}: ${what}`)]
}

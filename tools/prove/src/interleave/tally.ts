import { createHash } from 'node:crypto'
import { Findings } from '../findings'
import type { Evidence } from '../proof'
import type { Played } from './case'

const TOLD_EVERY = 500
const TURNS_SHOWN = 60

/** What all cases came to. */
export class Tally {
  private readonly findings = new Findings()
  private readonly counts = { cases: 0, turns: 0, deadlocks: 0, crashes: 0, deaths: 0, expiries: 0 }

  /** Of each case's turns, summed up: the same for the same cases in any order. */
  private digest = 0n

  constructor(
    private readonly cases: number,
    private readonly say: (line: string) => void,
  ) {}

  /** Tells the turns of the first case that went wrong. */
  add(seed: number, { turns, crashes, deaths, expiries }: Played, findings: Findings): void {
    if (this.findings.none && !findings.none) {
      this.say(`  the first case that went wrong: --seed ${seed} --cases 1; its last turns:`)
      for (const turn of turns.slice(-TURNS_SHOWN)) this.say(`    ${turn}`)
    }
    const own = createHash('sha256')
      .update([seed, ...turns].join('\n'))
      .digest()
    this.digest = BigInt.asUintN(64, this.digest + own.readBigUInt64BE())
    for (const { kind, what } of findings.examples) this.findings.add(kind, what)
    const { counts } = this
    counts.cases++
    counts.turns += turns.length
    counts.crashes += crashes
    counts.deaths += deaths
    counts.expiries += expiries
    counts.deadlocks += turns.filter((turn) => turn.endsWith('victim of a deadlock')).length
    if (counts.cases % TOLD_EVERY === 0) this.say(`  ${counts.cases} of ${this.cases} cases, ${counts.turns.toLocaleString('en')} turns`)
  }

  /** @param isExact whether the seeds decided everything */
  evidence(isExact: boolean): Evidence {
    const { counts, findings } = this
    return {
      faults: {
        schedules: counts.cases,
        'relay connections cut': counts.crashes,
        'worker processes killed': counts.deaths,
        'leases run out': counts.expiries,
      },
      acknowledged: 0,
      recoveryMs: 0,
      findings,
      figures: {
        'statements scheduled': counts.turns,
        'deadlocks resolved': counts.deadlocks,
        'digest of all turns': isExact ? this.digest.toString(16).padStart(16, '0') : 'none: processes of this server cannot be frozen',
      },
    }
  }
}

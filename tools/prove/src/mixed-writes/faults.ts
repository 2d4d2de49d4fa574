import type { Random } from '../random'
import type { Stage } from '../stage/stage'
import type { Time } from './writes'

export const FAULTS = ['service SIGKILL', 'service SIGTERM', 'Postgres SIGKILL'] as const
export type FaultKind = (typeof FAULTS)[number]

interface Planned {
  readonly kind: FaultKind
  /** How much of the writing is done by then, 0 to 1. */
  readonly share: number
}

interface Open {
  readonly kind: FaultKind
  readonly at: Time
  /** The replica that must answer again; any when all were hit. */
  readonly replica: number | null
}

/** Crashes what the plan says, and notes when the first write after each crash is acknowledged. */
export class Faults {
  private readonly planned: Planned[]
  private open: Open[] = []
  readonly injected: Record<FaultKind, number> = { 'service SIGKILL': 0, 'service SIGTERM': 0, 'Postgres SIGKILL': 0 }
  /** The longest recovery so far, in milliseconds. */
  recoveryMs = 0

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
    counts: Readonly<Record<FaultKind, number>>,
  ) {
    // Not at the very end: recovering has to be seen.
    const planned = FAULTS.flatMap((kind) => Array.from({ length: counts[kind] }, () => ({ kind, share: 0.03 + 0.87 * random.fraction() })))
    this.planned = planned.sort((a, b) => a.share - b.share)
  }

  /** Injects what is due when so much of the writing is done. */
  reached(share: number): void {
    while (this.planned[0] !== undefined && this.planned[0].share <= share) this.inject(this.planned.shift()!.kind)
  }

  /** A write that was sent at `sentAt` is acknowledged now. */
  acknowledged(replica: number, sentAt: Time): void {
    if (this.open.length === 0) return
    const isOver = (fault: Open) => sentAt > fault.at && (fault.replica === null || fault.replica === replica)
    for (const fault of this.open.filter(isOver)) this.recoveryMs = Math.max(this.recoveryMs, Date.now() - fault.at)
    this.open = this.open.filter((fault) => !isOver(fault))
  }

  /** What has not recovered yet, in words. */
  get unrecovered(): string[] {
    return this.open.map(({ kind, replica }) => (replica === null ? kind : `${kind} of ${this.stage.replicas[replica]!.name}`))
  }

  private inject(kind: FaultKind): void {
    if (kind === 'Postgres SIGKILL') {
      this.stage.crashPostgres()
      this.note(kind, null)
      return
    }
    // One that is down already is not killed: then another one is, or none.
    const indexes = this.random.shuffled([...this.stage.replicas.keys()])
    const hit = indexes.find((index) => this.stage.replicas[index]!.end(kind === 'service SIGKILL' ? 'SIGKILL' : 'SIGTERM'))
    if (hit !== undefined) this.note(kind, hit)
  }

  private note(kind: FaultKind, replica: number | null): void {
    this.injected[kind]++
    this.open.push({ kind, at: Date.now(), replica })
  }
}

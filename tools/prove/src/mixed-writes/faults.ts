import type { Random } from '../random'
import type { Stage } from '../stage/stage'
import type { Time } from './writes'

export const FAULTS = ['service SIGKILL', 'service SIGTERM', 'Postgres SIGKILL'] as const
export type FaultKind = (typeof FAULTS)[number]

interface Planned {
  readonly kind: FaultKind
  /** How much of the writing is done by then, 0 to 1. */
  readonly share: number
  /** Wait for the next acknowledged write and strike that instant: what is acknowledged too early is lost by it. */
  readonly isOnAcknowledgement: boolean
}

/** Strikes, unless it was aimed too long ago; told which replica has just acknowledged a write, if one has. */
type Strike = (acknowledgedBy: number | null) => boolean

interface Open {
  readonly kind: FaultKind
  readonly at: Time
  /** The replica that must answer again; any when all were hit. */
  readonly replica: number | null
}

/** What happens while writes are made. */
export interface WriteFaults {
  /** Injects what is due when so much of the writing is done, 0 to 1. */
  reached(share: number): void
  /** A write that was sent at `sentAt` is acknowledged now. */
  acknowledged(replica: number, sentAt: Time): void
  /** Whether every fault is injected and has been followed by an acknowledged write. */
  readonly isOver: boolean
  /** What has not recovered yet, in words. */
  readonly unrecovered: readonly string[]
}

/** Crashes what the plan says, and notes when the first write after each crash is acknowledged. */
export class Faults implements WriteFaults {
  private readonly planned: Planned[]
  private readonly aimed: { readonly kind: FaultKind; readonly strike: Strike }[] = []
  private open: Open[] = []
  readonly injected: Record<FaultKind, number> = { 'service SIGKILL': 0, 'service SIGTERM': 0, 'Postgres SIGKILL': 0 }
  /** The longest recovery so far, in milliseconds. */
  recoveryMs = 0

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
    counts: Readonly<Record<FaultKind, number>>,
  ) {
    const planned = FAULTS.flatMap((kind) =>
      Array.from({ length: counts[kind] }, () => {
        // Not at the very end: recovering has to be seen.
        return { kind, share: 0.03 + 0.87 * random.fraction(), isOnAcknowledgement: random.chance(0.6) }
      }),
    )
    this.planned = planned.sort((a, b) => a.share - b.share)
  }

  reached(share: number): void {
    while (this.planned[0] !== undefined && this.planned[0].share <= share) {
      const { kind, isOnAcknowledgement } = this.planned.shift()!
      const strike = this.aim(kind)
      if (isOnAcknowledgement || !strike(null)) this.aimed.push({ kind, strike })
    }
  }

  acknowledged(replica: number, sentAt: Time): void {
    // First of all, since the instant counts.
    const next = this.aimed.shift()
    if (next && !next.strike(replica)) this.aimed.push({ kind: next.kind, strike: this.aim(next.kind) })
    const isOver = (fault: Open) => sentAt > fault.at && (fault.replica === null || fault.replica === replica)
    for (const fault of this.open.filter(isOver)) this.recoveryMs = Math.max(this.recoveryMs, Date.now() - fault.at)
    this.open = this.open.filter((fault) => !isOver(fault))
  }

  get isOver(): boolean {
    return this.aimed.length === 0 && this.open.length === 0
  }

  get unrecovered(): string[] {
    return this.open.map(({ kind, replica }) => (replica === null ? kind : `${kind} of ${this.stage.replicas[replica]!.name}`))
  }

  private aim(kind: FaultKind): Strike {
    if (kind !== 'Postgres SIGKILL') return (acknowledgedBy) => this.end(kind, acknowledgedBy)
    const crash = this.stage.aimAtPostgres()
    return () => {
      const isHit = crash()
      if (isHit) this.note(kind, null)
      return isHit
    }
  }

  private end(kind: Exclude<FaultKind, 'Postgres SIGKILL'>, acknowledgedBy: number | null): boolean {
    const { replicas } = this.stage
    // One that is down already is not ended: then another one is, or the next one that acknowledges a write.
    const candidates = [...(acknowledgedBy === null ? [] : [acknowledgedBy]), ...this.random.shuffled([...replicas.keys()])]
    const hit = candidates.find((index) => replicas[index]!.end(kind === 'service SIGKILL' ? 'SIGKILL' : 'SIGTERM'))
    if (hit !== undefined) this.note(kind, hit)
    return hit !== undefined
  }

  private note(kind: FaultKind, replica: number | null): void {
    this.injected[kind]++
    this.open.push({ kind, at: Date.now(), replica })
  }
}

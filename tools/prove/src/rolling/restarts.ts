import type { WriteFaults } from '../mixed-writes/faults'
import type { Time } from '../mixed-writes/writes'
import type { Replica } from '../stage/replica'
import type { Balancer } from './balancer'

/** Ends the replicas with SIGTERM, one after the other, each once those before it serve again. */
export class Restarts implements WriteFaults {
  /** How often a replica was told to end. */
  count = 0
  /** The longest time without an acknowledged write. */
  longestGapMs = 0
  private nextAt: Time | undefined
  private acknowledgedAt: Time | undefined
  /** The replica that was told to end last, and the process that it was. */
  private ended: { readonly replica: Replica; readonly pid: number | undefined } | undefined

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly balancer: Pick<Balancer, 'readyCount'>,
    private readonly everyMs: number,
    private readonly now: () => Time = Date.now,
  ) {}

  reached(share: number): void {
    this.nextAt ??= this.now() + this.everyMs
    if (share >= 1 || this.now() < this.nextAt || !this.isOver) return
    const replica = this.replicas[this.count % this.replicas.length]!
    const { pid } = replica
    if (!replica.end('SIGTERM')) return
    this.ended = { replica, pid }
    this.count++
    this.nextAt = this.now() + this.everyMs
  }

  acknowledged(): void {
    const now = this.now()
    if (this.acknowledgedAt !== undefined) this.longestGapMs = Math.max(this.longestGapMs, now - this.acknowledgedAt)
    this.acknowledgedAt = now
  }

  /** Whether every replica serves, the one that ended last as another process. */
  get isOver(): boolean {
    const { ended, balancer, replicas } = this
    const isReplaced = ended === undefined || (ended.replica.pid !== undefined && ended.replica.pid !== ended.pid)
    return isReplaced && balancer.readyCount === replicas.length
  }

  get unrecovered(): string[] {
    return this.isOver || this.ended === undefined ? [] : [`SIGTERM of ${this.ended.replica.name}`]
  }
}

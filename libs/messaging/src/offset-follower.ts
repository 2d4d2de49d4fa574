import type { Consumer } from 'kafkajs'
import type { Logger } from '@laurel/telemetry'

const COMMIT_EVERY_MS = 1_000

interface Offset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/**
 * Lets Kafka's committed offsets follow the fence, so that lag tools tell the truth. They are never read back: a lost
 * commit costs nothing.
 */
export class OffsetFollower {
  private reachedOffsets = new Map<string, Offset>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly consumer: Pick<Consumer, 'commitOffsets'>,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => void this.commit(), COMMIT_EVERY_MS)
    this.timer.unref()
  }

  /**
   * Called after the database committed a batch, and with the fence on assignment, since a killed member may have left the
   * committed offset behind.
   *
   * @param next the offset of the first record not yet applied
   */
  reached(topic: string, partition: number, next: bigint): void {
    this.reachedOffsets.set(`${topic}:${partition}`, { topic, partition, offset: String(next) })
  }

  /** The group is rebalancing or the broker is away: the next commit takes them along, unless they are overtaken. */
  private tryAgain(offsets: readonly Offset[], error: Error): void {
    this.logger.debug('offset commit failed, trying again', { reason: error.message })
    for (const offset of offsets) {
      const key = `${offset.topic}:${offset.partition}`
      if (!this.reachedOffsets.has(key)) this.reachedOffsets.set(key, offset)
    }
  }

  /** Forgets partitions of a former assignment: their offsets are another member's to commit. */
  reassigned(): void {
    this.reachedOffsets = new Map()
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.commit()
  }

  private async commit(): Promise<void> {
    if (this.reachedOffsets.size === 0) return
    const offsets = [...this.reachedOffsets.values()]
    this.reachedOffsets = new Map()
    await this.consumer.commitOffsets(offsets).catch((error: Error) => this.tryAgain(offsets, error))
  }
}

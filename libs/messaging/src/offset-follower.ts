import type { Consumer } from 'kafkajs'
import type { Logger } from '@laurel/telemetry'

const COMMIT_EVERY_MS = 1_000

/**
 * Lets Kafka's committed offsets follow the fence, so that lag tools tell the truth. They are never read back: a lost
 * commit costs nothing.
 */
export class OffsetFollower {
  private reachedOffsets = new Map<string, { topic: string; partition: number; offset: string }>()
  private readonly timer: NodeJS.Timeout

  constructor(private readonly consumer: Pick<Consumer, 'commitOffsets'>, private readonly logger: Logger) {
    this.timer = setInterval(() => void this.commit(), COMMIT_EVERY_MS)
    this.timer.unref()
  }

  /** @param next the offset of the first record not yet applied, after the database committed it */
  reached(topic: string, partition: number, next: bigint): void {
    this.reachedOffsets.set(`${topic}:${partition}`, { topic, partition, offset: String(next) })
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.commit()
  }

  private async commit(): Promise<void> {
    if (this.reachedOffsets.size === 0) return
    const offsets = [...this.reachedOffsets.values()]
    this.reachedOffsets = new Map()
    await this.consumer.commitOffsets(offsets).catch((error: Error) => this.logger.debug('offset commit failed', { reason: error.message }))
  }
}

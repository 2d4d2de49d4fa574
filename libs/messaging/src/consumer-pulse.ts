import type { Consumer } from 'kafkajs'

/**
 * Watches a kafkajs consumer for the ways in which it can be dead while the process lives: a crash without restart, a
 * stop that nobody asked for, no heartbeat for three session timeouts.
 */
export class ConsumerPulse {
  private fault: string | null = null
  private lastBeat: number
  joined = false

  constructor(
    private readonly sessionTimeoutMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastBeat = now()
  }

  watch(consumer: Pick<Consumer, 'on' | 'events'>, onDeath: (reason: string) => void): void {
    const die = (reason: string) => {
      this.fault = reason
      onDeath(reason)
    }
    const beat = () => {
      this.lastBeat = this.now()
    }
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) die(`consumer crashed: ${payload.error.message}`)
    })
    consumer.on(consumer.events.STOP, () => {
      this.joined = false
    })
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.joined = true
      beat()
    })
    consumer.on(consumer.events.HEARTBEAT, beat)
    consumer.on(consumer.events.FETCH, beat)
  }

  /** Why only a restart helps, or null. */
  dead(): string | null {
    if (this.fault !== null) return this.fault
    const silent = this.now() - this.lastBeat
    return silent > 3 * this.sessionTimeoutMs ? `no heartbeat for ${Math.round(silent / 1_000)} s` : null
  }
}

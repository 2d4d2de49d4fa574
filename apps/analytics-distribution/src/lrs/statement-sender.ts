import { setTimeout as delay } from 'node:timers/promises'
import type { DataSource, QueryRunner } from 'typeorm'
import { trySessionLock, type SessionLock, type Tx } from '@laurel/postgres'
import type { Logger, Metrics } from '@laurel/telemetry'
import { DESTINATION, markFailed, markSent, oldestUnsent, type UnsentStatement } from '../persistence/statement-store'
import type { Answer } from './answer'
import { deliver, type Delivery } from './deliver'
import type { BreakerState, LearningRecordStore } from './learning-record-store'
import { senderMetrics, type SenderMetrics } from './sender-metrics'

export interface StatementSenderOptions {
  /** Initialised and migrated; its current schema holds the statements. */
  readonly dataSource: DataSource
  readonly lrs: LearningRecordStore
  readonly logger: Logger
  readonly metrics: Metrics
}

const LOCK = 'statement sender'
const STATEMENTS_PER_CALL = 200
const POLL_MS = 250
const STANDBY_MS = 1_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000
/** A call under way may take this long when the process is asked to end; then its outcome stays unknown. */
const DRAIN_MS = 1_000

/**
 * Delivers stored statements, oldest first, at least once, each with the id that it will always have, so that the
 * learning record store keeps it once. One active sender per schema, the others stand by. A call whose outcome is
 * unknown is repeated; a store that is away costs no statement anything but time.
 */
export class StatementSender {
  private readonly stats: SenderMetrics
  private readonly stopping = new AbortController()
  private readonly cancel = new AbortController()
  private running: Promise<void> = Promise.resolve()
  private leading = false
  private outages = 0

  constructor(private readonly options: StatementSenderOptions) {
    this.stats = senderMetrics(options.metrics, options.dataSource)
  }

  start(): void {
    this.running = this.run()
  }

  /** Ends within 1 s and the time to write down one result. What is unsent is sent by the next sender. */
  async stop(): Promise<void> {
    this.stopping.abort()
    const cancelling = setTimeout(() => this.cancel.abort(), DRAIN_MS)
    await this.running
    clearTimeout(cancelling)
    await this.options.lrs.close()
  }

  /** Of the active sender; null in a process that stands by or does not send. */
  get breakerState(): BreakerState | null {
    return this.leading ? this.options.lrs.breakerState : null
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const runner = this.options.dataSource.createQueryRunner()
      try {
        await this.lead(runner)
      } catch (error) {
        if (!this.stopped)
          this.options.logger.warn('statement sender lost its connection, trying again', { reason: (error as Error).message })
        await this.sleep(STANDBY_MS / 4)
      } finally {
        this.leading = false
        await runner.release().catch(() => undefined)
      }
    }
  }

  /** Works on one connection: its end is the end of the lock, so a sender that lost the database does not lead. */
  private async lead(runner: QueryRunner): Promise<void> {
    await runner.connect()
    const tx = runner.manager
    let lock: SessionLock | null = null
    while (!this.stopped && !(lock = await trySessionLock(tx, LOCK))) await this.sleep(STANDBY_MS)
    if (!lock) return
    this.leading = true
    try {
      while (!this.stopped) await this.sleep(await this.sendSome(tx))
    } finally {
      await lock.release()
    }
  }

  /** Sends one batch and returns the milliseconds until there may be something to do. */
  private async sendSome(tx: Tx): Promise<number> {
    const statements = await oldestUnsent(tx, STATEMENTS_PER_CALL)
    if (statements.length === 0) return POLL_MS
    const outcome = await deliver(statements, this.delivery(tx))
    if (outcome.kind === 'unavailable') return this.pauseAfterOutage(outcome.reason)
    if (this.outages > 0) this.options.logger.info('destination takes statements again', { destination: DESTINATION })
    this.outages = 0
    return outcome.kind === 'later' ? outcome.delayMs : 0
  }

  private delivery(tx: Tx): Delivery {
    return {
      store: (statements) => this.store(statements),
      sent: async (statements) => {
        await markSent(
          tx,
          statements.map(({ statementId }) => statementId),
        )
        this.stats.sent.inc({ destination: DESTINATION }, statements.length)
      },
      failed: async ({ statementId }, reason) => {
        await markFailed(tx, statementId, reason)
        this.stats.failed.inc({ destination: DESTINATION })
        this.options.logger.error('destination refuses a statement', { destination: DESTINATION, statement_id: statementId, reason })
      },
    }
  }

  private async store(statements: readonly UnsentStatement[]): Promise<Answer> {
    if (this.stopped) return { kind: 'unavailable', reason: 'stopping' }
    const end = this.stats.sendSeconds.startTimer({ destination: DESTINATION })
    const answer = await this.options.lrs.store(statements, this.cancel.signal)
    end({ answer: answer.kind })
    return answer
  }

  /** Exponential with full jitter; the breaker keeps what comes of it from a destination that stays away. */
  private pauseAfterOutage(reason: string): number {
    this.outages += 1
    if (this.outages === 1 && !this.stopped)
      this.options.logger.warn('destination does not take statements, trying again', { destination: DESTINATION, reason })
    return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.outages)
  }

  private async sleep(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined)
  }
}

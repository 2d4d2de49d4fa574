import { isDatabaseUnavailable, retryingTransaction } from '@laurel/postgres'
import { Problem } from '@laurel/service-shell'
import type { DataSource } from 'typeorm'
import { GatherQueue, QueueFullError, type GatherOptions } from '../use-cases/gather-queue'
import { reportLessons, type LessonsReport, type ReportAnswer } from '../use-cases/report-lessons'

/** The answer to a report while more wait than can be written: nothing of it was recorded. */
export const queueIsFull = (): Problem =>
  Problem.unavailable('more progress is reported than can be written: send the request again later', 1)

/** Writes the progress that gateways report, many requests in one transaction; each is answered after the commit. */
export class LessonReportQueue {
  private readonly queue: GatherQueue<LessonsReport, ReportAnswer>

  /** @param dataSource of a role that may write for every learner: who reports is checked before the queue */
  constructor(dataSource: DataSource, options: GatherOptions) {
    this.queue = new GatherQueue(
      options,
      (reports) => retryingTransaction(dataSource, (tx) => reportLessons(tx, reports)),
      isDatabaseUnavailable,
    )
  }

  /** Lesson rows that wait to be written. */
  get depth(): number {
    return this.queue.depth
  }

  /** Whether a report would be refused now. */
  get isFull(): boolean {
    return this.queue.full() !== null
  }

  /** @throws Problem 503 with Retry-After when more is reported than can be written: nothing of the report was recorded */
  async submit(report: LessonsReport): Promise<ReportAnswer> {
    try {
      return await this.queue.submit(report, report.lessons.length)
    } catch (error) {
      if (error instanceof QueueFullError) throw queueIsFull()
      throw error
    }
  }
}

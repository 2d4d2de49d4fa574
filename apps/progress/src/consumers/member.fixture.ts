import {
  CourseCompletedV1,
  CourseCompletionRevokedV1,
  CourseVersionPublishedV1,
  EnrollmentRequestedV1,
  LessonCompletedV1,
  LessonProgressedV1,
  QuizAttemptedV1,
  type EventDefinition,
} from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import type { BatchContext, Disposition, Received } from '@laurel/messaging'
import { retryingTransaction, transaction, type Tx } from '@laurel/postgres'
import { asAdmin, received, type TestDatabase } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { Learner, type Course } from '../events.fixture'
import { OnCourseCompleted } from './on-course-completed.consumer'
import { OnCourseCompletionRevoked } from './on-course-completion-revoked.consumer'
import { OnCourseVersionPublished } from './on-course-version-published.consumer'
import { OnEnrollmentRequested } from './on-enrollment-requested.consumer'
import { OnLessonCompleted } from './on-lesson-completed.consumer'
import { OnLessonProgressed } from './on-lesson-progressed.consumer'
import { OnQuizAttempted } from './on-quiz-attempted.consumer'

type Handler = { apply(batch: never, context: BatchContext): Promise<Disposition[]> }

/** One member of the consumer group: its own connections and its own memory of course versions, as a process has them. */
export class Member {
  private readonly handlers: Readonly<Record<string, Handler>>

  constructor(readonly dataSource: DataSource) {
    const versions = new CourseVersionStore()
    this.handlers = {
      [CourseVersionPublishedV1.topic]: new OnCourseVersionPublished(versions),
      [EnrollmentRequestedV1.topic]: new OnEnrollmentRequested(),
      [LessonProgressedV1.topic]: new OnLessonProgressed(versions),
      [LessonCompletedV1.topic]: new OnLessonCompleted(versions),
      [QuizAttemptedV1.topic]: new OnQuizAttempted(versions),
      [CourseCompletedV1.topic]: new OnCourseCompleted(),
      [CourseCompletionRevokedV1.topic]: new OnCourseCompletionRevoked(),
    }
  }

  /** Takes events of one topic as one batch: a transaction, repeated when it lost against another one. */
  take<T>(definition: EventDefinition<T>, ...data: readonly T[]): Promise<Disposition[]> {
    return this.takeReceived(data.map((one) => received(definition, one)))
  }

  takeReceived(batch: readonly Received[]): Promise<Disposition[]> {
    return retryingTransaction(this.dataSource, (tx) => this.apply(tx, batch))
  }

  /** The same in a transaction of the caller. */
  apply(tx: Tx, batch: readonly Received[]): Promise<Disposition[]> {
    const { topic } = batch[0]!
    return this.handlers[topic]!.apply(batch as never, { tx, topic })
  }

  /** Publishes the course and enrolls a new learner in it. */
  async enroll(course: Course): Promise<Learner> {
    const learner = new Learner(course)
    await this.take(CourseVersionPublishedV1, course.version)
    await this.take(EnrollmentRequestedV1, learner.request('enroll'))
    return learner
  }

  /** Runs `work` in a transaction that stays open until `commit` is called; resolves when `work` is done. */
  async hold(work: (tx: Tx) => Promise<unknown>): Promise<{ commit(): Promise<void> }> {
    const [applied, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const committed = transaction(this.dataSource, async (tx) => {
      await work(tx)
      applied.resolve()
      await released.promise
    })
    committed.catch(applied.reject)
    await applied.promise
    return {
      commit: () => {
        released.resolve()
        return committed
      },
    }
  }
}

/** How many sessions of the service wait for a lock now. */
export function waitingForLocks(database: TestDatabase): Promise<number> {
  return asAdmin(database.adminUrl, async (client) => {
    const { rows } = await client.query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
    return rows.length
  })
}

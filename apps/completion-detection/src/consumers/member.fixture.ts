import {
  CourseCompletedV1,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
  type EventDefinition,
} from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import type { JobQueue } from '@laurel/jobs'
import type { BatchContext, Disposition, Received } from '@laurel/messaging'
import { retryingTransaction, type Tx } from '@laurel/postgres'
import { received } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { OnCourseVersionPublished } from './on-course-version-published.consumer'
import { OnEnrollmentChanged } from './on-enrollment-changed.consumer'
import { OnLessonCompleted } from './on-lesson-completed.consumer'
import { OnQuizAttempted } from './on-quiz-attempted.consumer'

/** Courses of these specs run on no platform, so that nothing is enqueued. */
const NO_JOBS = { enqueue: (_tx: Tx, jobs: readonly unknown[]) => expect(jobs).toEqual([]) } as unknown as JobQueue

type Handler = { apply(batch: never, context: BatchContext): Promise<Disposition[] | void> }

/** One member of the consumer group: its own connections and its own memory of course versions, as a process has them. */
export class Member {
  private readonly handlers: Readonly<Record<string, Handler>>

  constructor(readonly dataSource: DataSource) {
    const versions = new CourseVersionStore()
    this.handlers = {
      [CourseVersionPublishedV1.topic]: new OnCourseVersionPublished(versions),
      [EnrollmentChangedV1.topic]: new OnEnrollmentChanged(versions, NO_JOBS),
      [LessonCompletedV1.topic]: new OnLessonCompleted(versions),
      [QuizAttemptedV1.topic]: new OnQuizAttempted(versions),
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
  async apply(tx: Tx, batch: readonly Received[]): Promise<Disposition[]> {
    const { topic } = batch[0]!
    return (await this.handlers[topic]!.apply(batch as never, { tx, topic })) ?? []
  }
}

/** What the outbox holds of a course version: the decided completions and their ids. */
export async function completionsOf(
  dataSource: DataSource,
  courseVersionId: string,
): Promise<(CourseCompletedV1 & { readonly ce_id: string })[]> {
  const rows = await dataSource.query<{ topic: string; key: Buffer; headers: { ce_id: string }; payload: Buffer }[]>(
    'select topic, key, headers, payload from outbox where substr(key, 1, 36) = $1 order by id',
    [Buffer.from(courseVersionId)],
  )
  return rows.map(({ topic, headers, payload }) => {
    const parsed = CourseCompletedV1.parse(JSON.parse(payload.toString()))
    if (topic !== CourseCompletedV1.topic || !parsed.ok) throw new Error(`not a valid course.completed: ${payload.toString()}`)
    return { ...parsed.data, ce_id: headers.ce_id }
  })
}

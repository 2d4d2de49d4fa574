import { randomUUID } from 'node:crypto'
import {
  completionId,
  definitionOf,
  type CourseCompletedV1,
  type CourseCompletionRevokedV1,
  type CourseVersionPublishedV1,
  type EnrollmentRequestedV1,
  type LessonCompletedV1,
  type LessonProgressedV1,
  type QuizAttemptedV1,
} from '@laurel/contracts'
import type { DataSource } from 'typeorm'

/** A course version, and the ids of its items by what they count for. */
export interface Course {
  readonly version: CourseVersionPublishedV1
  readonly id: string
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly quizzes: readonly string[]
}

export interface CourseShape {
  readonly required?: number
  readonly optional?: number
  /** Lowest passing score of each required quiz. */
  readonly quizzes?: readonly number[]
  /** How many of the optional lessons must be done; without it they are no elective group. */
  readonly choose?: number
}

export function course(
  { required = 0, optional = 0, quizzes = [], choose }: CourseShape,
  change: Partial<CourseVersionPublishedV1> = {},
): Course {
  const [requiredIds, optionalIds, quizIds] = [idsOf(required), idsOf(optional), idsOf(quizzes.length)]
  const lesson = (isRequired: boolean) => (lesson_id: string, position: number) => ({
    lesson_id,
    title: 'A lesson',
    position,
    required: isRequired,
  })
  const version: CourseVersionPublishedV1 = {
    course_version_id: randomUUID(),
    course_id: randomUUID(),
    version: 1,
    title: 'Handling food safely',
    published_at: '2026-01-01T00:00:00.000Z',
    lessons: [...requiredIds.map(lesson(true)), ...optionalIds.map(lesson(false))],
    quizzes: quizIds.map((quiz_id, i) => ({ quiz_id, title: 'A quiz', required: true, pass_threshold_percentage: quizzes[i]! })),
    ...(choose === undefined ? {} : { electives: [{ choose, of: optionalIds }] }),
    ...change,
  }
  return { version, id: version.course_version_id, required: requiredIds, optional: optionalIds, quizzes: quizIds }
}

/** The nth second of the story that a test tells. */
export function at(n: number): string {
  return new Date(Date.UTC(2026, 0, 5) + n * 1_000).toISOString()
}

/** What one learner does in a course, and what is decided about them. */
export class Learner {
  readonly userId = randomUUID()

  constructor(readonly course: Course) {}

  get key() {
    return { course_version_id: this.course.id, user_id: this.userId }
  }

  request(action: EnrollmentRequestedV1['action'], n = 0, change: Partial<EnrollmentRequestedV1> = {}): EnrollmentRequestedV1 {
    return { ...this.key, action, requested_at: at(n), ...change }
  }

  progressed(lesson_id: string, progress_percentage: number, n = 1): LessonProgressedV1 {
    return { ...this.key, lesson_id, progress_percentage, occurred_at: at(n) }
  }

  lesson(lesson_id: string, n = 1): LessonCompletedV1 {
    return { ...this.key, lesson_id, completed_at: at(n) }
  }

  /** What the sender says about passing is wrong on purpose: it must not count. */
  attempt(quiz_id: string, score: number, n = 1, attempt_number = 1): QuizAttemptedV1 {
    return { ...this.key, quiz_id, attempt_number, score, is_passed: score < 50, completed_at: at(n) }
  }

  completion(n = 9, cycle = 1): CourseCompletedV1 {
    const identity = { ...this.key, cycle }
    const { course_id } = this.course.version
    return {
      ...identity,
      completion_id: completionId(identity),
      course_id,
      completed_at: at(n),
      detected_at: at(n + 1),
      detected_by: 'events',
    }
  }

  revocation(n = 20, cycle = 1): CourseCompletionRevokedV1 {
    const identity = { ...this.key, cycle }
    return { ...identity, completion_id: completionId(identity), reason: 'The exam was not theirs', revoked_at: at(n) }
  }
}

/** An event in the outbox. */
export interface Announced {
  readonly topic: string
  readonly key: string
  readonly id: string
  readonly data: Record<string, unknown>
}

/** What progress announced of an enrollment and has not published yet, in order. Throws when one breaks its contract. */
export async function announced(dataSource: DataSource, { key }: Pick<Learner, 'key'>, ...topics: string[]): Promise<Announced[]> {
  const rows = await dataSource.query<OutboxRow[]>('select topic, key, headers, payload from outbox where key = $1 order by id', [
    Buffer.from(`${key.course_version_id}:${key.user_id}`),
  ])
  const events = rows.map(toAnnounced)
  return topics.length === 0 ? events : events.filter(({ topic }) => topics.includes(topic))
}

/** The same of all enrollments. */
export async function allAnnounced(dataSource: DataSource): Promise<Announced[]> {
  return (await dataSource.query<OutboxRow[]>('select topic, key, headers, payload from outbox order by id')).map(toAnnounced)
}

interface OutboxRow {
  readonly topic: string
  readonly key: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
}

function toAnnounced({ topic, key, headers, payload }: OutboxRow): Announced {
  const definition = definitionOf(topic).find(({ type }) => type === headers['ce_type'])
  const parsed = definition?.parse(JSON.parse(payload.toString()))
  if (!parsed?.ok) throw new Error(`${topic} breaks its contract: ${parsed?.reason}`)
  if (headers['ce_source'] !== '/laurel/progress') throw new Error(`${topic} has another source: ${headers['ce_source']}`)
  return { topic, key: key.toString(), id: headers['ce_id']!, data: parsed.data as Record<string, unknown> }
}

function idsOf(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID())
}

import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1, type EventDefinition } from '@laurel/contracts'
import { toOutbox, type RawRecord } from '@laurel/messaging'
import type { Random } from '../random'
import type { Said } from './built'

/** The second at which the second cycle of those who have one begins. */
const SECOND_CYCLE = 250
const PASS = 50

/** A cycle of an enrollment, and whether it completes when satisfied: always, never, or as the order of arrival has it. */
export interface Cycle {
  readonly cycle: number
  /** Second of the story from which on what was done counts. */
  readonly from: number
  readonly completes: 'always' | 'never' | 'either'
}

type Change = { readonly status: EnrollmentChangedV1['status']; readonly cycle: 1 | 2 }

/** How an enrollment went, and what that means for its cycles. */
const HISTORIES = {
  active: { changes: ['active'], cycles: ['always'] },
  reactivated: { changes: ['active', 'cancelled_by_user', 'active'], cycles: ['always'] },
  cancelled: { changes: ['active', 'cancelled_by_user'], cycles: ['either'] },
  revoked: { changes: ['revoked_by_admin'], cycles: ['never'] },
  // Until the second cycle is known, what was done in it counts in the first.
  recertified: { changes: ['active', 'second'], cycles: ['either', 'always'] },
} as const
type History = keyof typeof HISTORIES

export interface Deed {
  readonly item: string
  /** Second of the story. */
  readonly n: number
  /** Null for a lesson. */
  readonly score: number | null
}

export interface Pupil {
  readonly userId: string
  readonly history: History
  readonly deeds: readonly Deed[]
  /** What is said from outside, by its second; null for what has no date. */
  readonly said: readonly (number | null)[]
}

export type Topic = 'lessons' | 'attempts' | 'enrollments'

/** A course version, a few learners, and all that is heard of them; made anew from the same random numbers it is the same. */
export interface Story {
  readonly version: CourseVersionPublishedV1
  readonly pupils: readonly Pupil[]
  readonly records: Readonly<Record<Topic, readonly RawRecord[]>>
  readonly said: readonly Said[]
}

export function at(n: number): Date {
  return new Date(Date.UTC(2026, 0, 5) + n * 1_000)
}

export function tellStory(random: Random): Story {
  const version = courseVersion(random)
  const pupils = Array.from({ length: random.integer(1, 3) }, () => pupil(random, version))
  const key = ({ userId }: Pupil) => ({ course_version_id: version.course_version_id, user_id: userId })
  const events = (of: (pupil: Pupil) => unknown[]) => random.shuffled(pupils.flatMap(of))
  const lessons = events((one) =>
    one.deeds
      .filter(({ score }) => score === null)
      .map(({ item, n }) => ({ ...key(one), lesson_id: item, completed_at: at(n).toISOString() })),
  )
  const attempts = events((one) =>
    one.deeds
      .filter(({ score }) => score !== null)
      .map(({ item, n, score }, i) => ({
        ...key(one),
        quiz_id: item,
        attempt_number: i + 1,
        score,
        is_passed: score! >= PASS,
        completed_at: at(n).toISOString(),
      })),
  )
  const enrollments = events((one) => changesOf(one.history).map((change, i) => ({ ...key(one), ...enrollment(change, i + 1) })))
  return {
    version,
    pupils,
    records: {
      lessons: recordsOf(random, LessonCompletedV1, lessons),
      attempts: recordsOf(random, QuizAttemptedV1, attempts),
      enrollments: recordsOf(random, EnrollmentChangedV1, enrollments),
    },
    said: random.shuffled(
      pupils.flatMap(({ userId, said }) =>
        said.map((n, i): Said => ({
          courseVersionId: version.course_version_id,
          userId,
          detectedBy: random.pick(['webhook', 'checker', 'manual'] as const),
          completedAt: n === null ? null : at(n),
          detectedFrom: `${userId} ${i}`,
        })),
      ),
    ),
  }
}

export function cyclesOf({ history }: Pupil): Cycle[] {
  return HISTORIES[history].cycles.map((completes, i) => ({ cycle: i + 1, from: i === 0 ? 0 : SECOND_CYCLE, completes }))
}

/** Whether a cycle is satisfied by all that is known, written without the code that is under test. */
export function isSatisfied({ version }: Story, { deeds, said }: Pupil, { cycle, from }: Cycle): boolean {
  const isDone = (item: string) => deeds.some((deed) => deed.item === item && deed.n >= from && (deed.score === null || deed.score >= PASS))
  const needed = [
    ...version.lessons.filter(({ required }) => required).map(({ lesson_id }) => lesson_id),
    ...version.quizzes.map(({ quiz_id }) => quiz_id),
  ]
  return needed.every(isDone) || said.some((n) => (n === null ? cycle === 1 : n >= from))
}

/** What is to be found of a learner's evidence, each deed once: the item's place, the second, the score. */
export function evidenceOf({ version }: Story, { deeds }: Pupil): string[] {
  const items = [...version.lessons.map(({ lesson_id }) => lesson_id), ...version.quizzes.map(({ quiz_id }) => quiz_id)]
  return [...new Set(deeds.map(({ item, n, score }) => `${items.indexOf(item)} ${at(n).toISOString()} ${score ?? '-'}`))].toSorted()
}

function courseVersion(random: Random): CourseVersionPublishedV1 {
  const lessons = random.integer(1, 3)
  const optional = random.chance(0.4) ? lessons - 1 : lessons
  const quizzes = optional === 0 || random.chance(0.5) ? 1 : 0
  return {
    course_version_id: random.uuid(),
    course_id: random.uuid(),
    version: 1,
    title: 'Handling food safely',
    published_at: at(0).toISOString(),
    lessons: Array.from({ length: lessons }, (_, position) => ({
      lesson_id: random.uuid(),
      title: 'A lesson',
      position,
      required: position < optional,
    })),
    quizzes: Array.from({ length: quizzes }, () => ({
      quiz_id: random.uuid(),
      title: 'A quiz',
      required: true,
      pass_threshold_percentage: PASS,
    })),
  }
}

function pupil(random: Random, { lessons, quizzes }: CourseVersionPublishedV1): Pupil {
  const seconds = () => random.integer(1, 500)
  const deeds = [
    ...lessons.flatMap(({ lesson_id }) =>
      random.chance(0.9) ? Array.from({ length: random.integer(1, 2) }, () => ({ item: lesson_id, n: seconds(), score: null })) : [],
    ),
    ...quizzes.flatMap(({ quiz_id }) =>
      Array.from({ length: random.integer(1, 2) }, () => ({ item: quiz_id, n: seconds(), score: random.pick([0, 49.5, 50, 90]) })),
    ),
  ]
  const said = random.chance(0.4) ? Array.from({ length: random.integer(1, 2) }, () => (random.chance(0.3) ? null : seconds())) : []
  const history = random.weighted({ active: 5, reactivated: 2, cancelled: 1, revoked: 1, recertified: 2 })
  return { userId: random.uuid(), history, deeds, said }
}

function changesOf(history: History): Change[] {
  return HISTORIES[history].changes.map((status) => (status === 'second' ? { status: 'active', cycle: 2 } : { status, cycle: 1 }))
}

function enrollment({ status, cycle }: Change, revision: number) {
  const startedAt = cycle === 1 ? new Date(0) : at(SECOND_CYCLE)
  return { revision, status, cycle, cycle_started_at: startedAt.toISOString(), enrolled_at: at(0).toISOString() }
}

/** As they lie in partition 0 of the topic; some twice, as a producer's repeats do. */
function recordsOf<T>(random: Random, definition: EventDefinition<T>, events: readonly unknown[]): RawRecord[] {
  const repeated = events.flatMap((event) => (random.chance(0.2) ? [event, event] : [event]))
  return repeated.map((event, offset) => {
    const { topic, key, headers, value } = toOutbox(definition, { id: random.uuid(), source: '/laurel/progress' }, event as T)
    return { topic, partition: 0, offset: BigInt(offset), key: Buffer.from(key!), value, headers, recordTime: at(1_000) }
  })
}

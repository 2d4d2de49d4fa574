import fc from 'fast-check'
import { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1, type EventDefinition } from '@laurel/contracts'
import { at, course, Learner, type Course } from '../events.fixture'

/** The second at which the second cycle of those who have one begins. */
const SECOND_CYCLE = 250

type Change = Pick<EnrollmentChangedV1, 'status'> & { readonly cycle?: 2 }

/** How a learner's enrollment went; the revisions arrive in any order. */
const HISTORIES = {
  none: [],
  active: [{ status: 'active' }],
  twiceActive: [{ status: 'active' }, { status: 'active' }],
  cancelled: [{ status: 'active' }, { status: 'cancelled_by_user' }],
  onlyCancelled: [{ status: 'cancelled_by_user' }],
  reactivated: [{ status: 'active' }, { status: 'cancelled_by_user' }, { status: 'active' }],
  revoked: [{ status: 'revoked_by_admin' }],
  recertified: [{ status: 'active' }, { status: 'active', cycle: 2 }],
  cancelledAnew: [{ status: 'active' }, { status: 'active', cycle: 2 }, { status: 'cancelled_by_user', cycle: 2 }],
} as const satisfies Record<string, readonly Change[]>
type History = keyof typeof HISTORIES

/** A cycle of an enrollment, and whether it completes when satisfied: always, never, or as the order of arrival has it. */
export interface ModelCycle {
  readonly cycle: number
  /** Second of the story from which on what was done counts. */
  readonly from: number
  readonly completes: 'always' | 'never' | 'either'
}

const onlyCycle = (completes: ModelCycle['completes']): readonly ModelCycle[] => [{ cycle: 1, from: 0, completes }]
/** Until the second cycle is known, what was done in it counts in the first. */
const twoCycles = (second: ModelCycle['completes']): readonly ModelCycle[] => [
  ...onlyCycle('either'),
  { cycle: 2, from: SECOND_CYCLE, completes: second },
]

export const CYCLES: Readonly<Record<History, readonly ModelCycle[]>> = {
  none: onlyCycle('never'),
  active: onlyCycle('always'),
  twiceActive: onlyCycle('always'),
  cancelled: onlyCycle('either'),
  onlyCancelled: onlyCycle('never'),
  reactivated: onlyCycle('always'),
  revoked: onlyCycle('never'),
  recertified: twoCycles('always'),
  cancelledAnew: twoCycles('either'),
}

/** What a generated learner does: by item of the course, when (lessons) or when with which score (attempts). */
interface Deeds {
  readonly history: History
  readonly lessons: readonly { readonly item: number; readonly n: number }[]
  readonly attempts: readonly { readonly item: number; readonly n: number; readonly score: number }[]
}

interface CaseShape {
  readonly required: number
  readonly optional: number
  readonly quizzes: readonly number[]
  readonly choose: number
  readonly deeds: readonly Deeds[]
  /** Decides order, batches and repeats of the delivery. */
  readonly seed: number
}

const time = fc.integer({ min: 1, max: 500 })
const item = fc.nat({ max: 20 })

export const cases: fc.Arbitrary<CaseShape> = fc.record({
  required: fc.integer({ min: 0, max: 3 }),
  optional: fc.integer({ min: 0, max: 3 }),
  quizzes: fc.array(fc.constantFrom(0, 50, 70), { maxLength: 2 }),
  choose: fc.integer({ min: 0, max: 2 }),
  deeds: fc.array(
    fc.record({
      history: fc.constantFrom(...(Object.keys(HISTORIES) as History[])),
      lessons: fc.array(fc.record({ item, n: time }), { minLength: 6, maxLength: 20 }),
      attempts: fc.array(fc.record({ item, n: time, score: fc.constantFrom(0, 49.5, 50, 70, 95) }), { minLength: 3, maxLength: 10 }),
    }),
    { minLength: 2, maxLength: 5 },
  ),
  seed: fc.integer(),
})

/** One event, and the contract it is of. */
export interface Fact {
  readonly definition: EventDefinition<unknown>
  readonly data: unknown
}

export interface Story {
  readonly course: Course
  readonly learners: readonly { readonly learner: Learner; readonly deeds: Deeds }[]
  /** The course version and all evidence. */
  readonly evidence: readonly Fact[]
  readonly enrollments: readonly Fact[]
}

/** The case with fresh ids, as events. */
export function tell(shape: CaseShape): Story {
  const elective = shape.optional === 0 || shape.choose === 0 ? {} : { choose: Math.min(shape.choose, shape.optional) }
  const it = course({ required: shape.required, optional: shape.optional, quizzes: shape.quizzes, ...elective })
  const learners = shape.deeds.map((deeds) => ({ learner: new Learner(it), deeds }))
  const lessonIds = it.version.lessons.map((lesson) => lesson.lesson_id)
  const evidence: Fact[] = [fact(CourseVersionPublishedV1, it.version)]
  for (const { learner, deeds } of learners) {
    if (lessonIds.length > 0)
      evidence.push(
        ...deeds.lessons.map((deed) => fact(LessonCompletedV1, learner.lesson(lessonIds[deed.item % lessonIds.length]!, deed.n))),
      )
    if (it.quizzes.length > 0) {
      evidence.push(
        ...deeds.attempts.map((deed, i) =>
          fact(QuizAttemptedV1, learner.attempt(it.quizzes[deed.item % it.quizzes.length]!, deed.score, deed.n, i + 1)),
        ),
      )
    }
  }
  const enrollments = learners.flatMap(({ learner, deeds }) =>
    HISTORIES[deeds.history].map((change, i) => fact(EnrollmentChangedV1, learner.enrollment({ ...began(change), revision: i + 1 }))),
  )
  return { course: it, learners, evidence, enrollments }
}

function began(change: Change): Partial<EnrollmentChangedV1> {
  return change.cycle === undefined ? change : { ...change, cycle_started_at: at(SECOND_CYCLE) }
}

/** Batches of one topic each: every fact at least once, some more often, in an order that the seed gives. */
export function batches(facts: readonly Fact[], seed: number): Fact[][] {
  const random = generator(seed)
  const repeated = [...facts, ...facts.filter(() => random() < 0.4)]
  const shuffled = repeated
    .map((one) => ({ one, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ one }) => one)
  const open = new Map<EventDefinition<unknown>, Fact[]>()
  const done: Fact[][] = []
  for (const one of shuffled) {
    const batch = open.get(one.definition) ?? []
    batch.push(one)
    open.set(one.definition, batch)
    if (random() < 0.4) {
      done.push(batch)
      open.delete(one.definition)
    }
  }
  return [...done, ...open.values()]
}

/** What must come out for one cycle of a learner, written without the code that is under test. */
export interface Outcome {
  readonly satisfied: boolean
  /** With all evidence known; null unless satisfied. */
  readonly completedAt: string | null
  readonly score: number | undefined
}

export function model({ course: { version, required, quizzes } }: Story, deeds: Deeds, { from }: ModelCycle): Outcome {
  const lessonIds = version.lessons.map((lesson) => lesson.lesson_id)
  const inCycle = ({ n }: { readonly n: number }) => n >= from
  const lessons = deeds.lessons.filter(inCycle)
  const attempts = deeds.attempts.filter(inCycle)
  const timesOf = (id: string): number[] => [
    ...lessons.filter((deed) => lessonIds[deed.item % lessonIds.length] === id).map((deed) => deed.n),
    ...attemptsAt(id)
      .filter((deed) => deed.score >= thresholdOf(id))
      .map((deed) => deed.n),
  ]
  const thresholdOf = (id: string) => version.quizzes.find((quiz) => quiz.quiz_id === id)!.pass_threshold_percentage
  const attemptsAt = (id: string) => attempts.filter((deed) => quizzes[deed.item % quizzes.length] === id)
  const must = [...required, ...quizzes].map((id) => timesOf(id).toSorted(ascending)[0])
  const group = version.electives?.[0]
  const chosen = (group?.of ?? [])
    .flatMap((id) => timesOf(id).toSorted(ascending).slice(0, 1))
    .toSorted(ascending)
    .slice(0, group?.choose)
  const needsSomething = must.length > 0 || group !== undefined
  const satisfied = needsSomething && !must.includes(undefined) && chosen.length === (group?.choose ?? 0)
  const best = quizzes.map((id) => Math.max(...attemptsAt(id).map((deed) => deed.score)))
  return {
    satisfied,
    completedAt: satisfied ? at(Math.max(...(must as number[]), ...chosen)) : null,
    score: satisfied && best.length > 0 ? best.reduce((sum, score) => sum + score, 0) / best.length : undefined,
  }
}

/** How often each thing that a learner did is to be found in the evidence: once, however often it was delivered. */
export function modelEvidence({ course: { version, quizzes } }: Story, deeds: Deeds): string[] {
  const lessons = version.lessons.length === 0 ? [] : deeds.lessons.map(({ item: i, n }) => `${i % version.lessons.length} ${at(n)} -`)
  const attempts =
    quizzes.length === 0
      ? []
      : deeds.attempts.map(({ item: i, n, score }) => `${version.lessons.length + (i % quizzes.length)} ${at(n)} ${score}`)
  return [...new Set([...lessons, ...attempts])].toSorted()
}

function fact<T>(definition: EventDefinition<T>, data: T): Fact {
  return { definition, data }
}

function ascending(a: number, b: number): number {
  return a - b
}

/** Numbers from 0 to 1 that the seed alone determines (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

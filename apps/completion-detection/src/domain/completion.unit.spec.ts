import fc from 'fast-check'
import { compileRule, type RuleSource } from '@laurel/course-rule'
import { decideCompletion, withEnrollment, type Decision, type Ledger } from './completion'
import { lessonDone, quizAttempted } from './done-item'
import { bestScore, doneAt, NO_EVIDENCE, withItems, type DoneItem } from './evidence'

const compiled = compileRule({
  lessons: [
    { lesson_id: 'a', required: true },
    { lesson_id: 'b', required: true },
    { lesson_id: 'extra', required: false },
  ],
  quizzes: [{ quiz_id: 'q', required: true, pass_threshold_percentage: 70 }],
} satisfies RuleSource)
if (!compiled.ok) throw new Error(compiled.reason)
const { rule } = compiled

const lesson = (id: string, at = 1) => lessonDone(rule, id, new Date(at)) as DoneItem
const attempt = (score: number, at = 1) => quizAttempted(rule, { quiz_id: 'q', score }, new Date(at)) as DoneItem

const ledger = (over: Partial<Ledger> = {}): Ledger => ({
  courseVersionId: 'v',
  userId: 'u',
  cycle: 1,
  status: 'active',
  revision: 1,
  orgId: null,
  evidence: NO_EVIDENCE,
  completion: null,
  version: 0,
  ...over,
})

/** given(ledger).when(items…).then(decision) */
const given = (start: Ledger) => ({
  when: (...items: DoneItem[]) => ({
    then: (expected: Decision) =>
      expect(decideCompletion({ ...start, evidence: withItems(start.evidence, items) }, rule)).toEqual(expected),
  }),
})

describe('decideCompletion', () => {
  it('completes with the last required item, at the latest event time, with the score frozen', () => {
    given(ledger())
      .when(lesson('a', 5), lesson('b', 9), attempt(80, 7))
      .then({ kind: 'completed', completion: { completedAt: 9, score: 80 } })
  })

  it('progresses while something required is missing', () => {
    given(ledger()).when(lesson('a'), lesson('b'), lesson('extra')).then({ kind: 'progressed', percentage: 66 })
    given(ledger()).when(lesson('a'), lesson('b'), attempt(69)).then({ kind: 'progressed', percentage: 66 })
  })

  it('counts the best attempt for the score, and the first passing one for the time', () => {
    given(ledger())
      .when(lesson('a', 1), lesson('b', 1), attempt(10, 2), attempt(75, 3), attempt(95, 8))
      .then({ kind: 'completed', completion: { completedAt: 3, score: 95 } })
  })

  it('decides once: a frozen completion stays, whatever is added', () => {
    given(ledger({ completion: { completedAt: 4, score: undefined } }))
      .when(lesson('a', 1), lesson('b', 1), attempt(100, 1))
      .then({ kind: 'already-complete' })
  })

  it.each([null, 'cancelled_by_user', 'revoked_by_admin', 'completed'] as const)(
    'keeps the evidence and decides nothing while the status is %s',
    (status) => {
      given(ledger({ status })).when(lesson('a'), lesson('b'), attempt(90)).then({ kind: 'not-active' })
    },
  )

  it('decides nothing without a rule', () => {
    expect(decideCompletion(ledger(), null)).toEqual({ kind: 'not-evaluable' })
  })
})

describe('withItems', () => {
  const items = fc.array(
    fc.record({
      ordinal: fc.integer({ min: 0, max: 40 }),
      at: fc.option(fc.integer({ min: 0, max: 4_102_444_800_000 })),
      score: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    }),
    { maxLength: 60 },
  )
  const read = (evidence: typeof NO_EVIDENCE) =>
    Array.from({ length: 41 }, (_, ordinal) => [doneAt(evidence, ordinal), bestScore(evidence, ordinal)])

  it('gives the same evidence in any order, batching and repetition', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 60 }), fc.array(fc.integer({ min: 0, max: 59 })), (all, cut, repeats) => {
        const at = (item: (typeof all)[number]): DoneItem => ({
          ordinal: item.ordinal,
          at: item.at,
          ...(item.score === undefined ? {} : { score: item.score }),
        })
        const once = withItems(NO_EVIDENCE, all.map(at))
        const shuffled = [...all.slice(cut), ...all.slice(0, cut), ...repeats.flatMap((n) => (all[n] ? [all[n]] : []))].map(at)
        const inBatches = shuffled.reduce((evidence, item) => withItems(evidence, [item]), NO_EVIDENCE)
        expect(read(inBatches)).toEqual(read(once))
        for (const item of all) {
          if (item.at !== null) expect(doneAt(once, item.ordinal)).toBeLessThanOrEqual(item.at)
          if (item.score !== undefined) expect(bestScore(once, item.ordinal)).toBeGreaterThanOrEqual(item.score)
        }
      }),
    )
  })

  it('returns the very same object when nothing is new, and never changes the one it was given', () => {
    const first = withItems(NO_EVIDENCE, [lesson('a', 5), attempt(80, 5)])
    const copy = Buffer.from(first.doneAt)
    expect(withItems(first, [lesson('a', 5), lesson('a', 6), attempt(70, 6)])).toBe(first)
    withItems(first, [lesson('a', 1), lesson('b', 1)])
    expect(first.doneAt).toEqual(copy)
    expect(NO_EVIDENCE.doneAt).toHaveLength(0)
  })
})

describe('items of events', () => {
  it('names the field of an id that is none of the version, or of the other kind', () => {
    expect(lessonDone(rule, 'q', new Date(1))).toBe('lesson_id q is no lesson of this course version')
    expect(lessonDone(rule, 'z', new Date(1))).toBe('lesson_id z is no lesson of this course version')
    expect(quizAttempted(rule, { quiz_id: 'a', score: 1 }, new Date(1))).toBe('quiz_id a is no quiz of this course version')
  })

  it('recomputes whether an attempt passed', () => {
    expect(attempt(70)).toMatchObject({ at: 1, score: 70 })
    expect(attempt(69.9)).toMatchObject({ at: null, score: 69.9 })
  })
})

describe('withEnrollment', () => {
  it('lets the highest revision win in any order', () => {
    const fact = (revision: number, status: Ledger['status'] & string) => ({ revision, status, cycle: 1, orgId: null })
    const known = withEnrollment(ledger({ status: null, revision: 0 }), fact(5, 'cancelled_by_user'))
    expect(known).toMatchObject({ status: 'cancelled_by_user', revision: 5 })
    expect(withEnrollment(known, fact(4, 'active'))).toBe(known)
    expect(withEnrollment(known, fact(6, 'active'))).toMatchObject({ status: 'active', revision: 6 })
  })
})

import { compileRule, ruleHash } from '@laurel/course-rule'
import type { OutsideFact } from './completion'
import type { ClosedRecord, DecidedCompletion, EnrollmentRecord, JudgedCourse } from './enrollment-record'
import { emptyLedger } from './ledger'
import type { Observation } from './evidence-log'

const LESSONS = ['wash', 'rinse', 'dry', 'extra']
const compiled = compileRule({
  lessons: LESSONS.map((lesson_id) => ({ lesson_id, required: lesson_id === 'wash' })),
  quizzes: [{ quiz_id: 'final', required: true, pass_threshold_percentage: 70 }],
  electives: [{ choose: 1, of: ['rinse', 'dry'] }],
})
if (!compiled.ok) throw new Error(compiled.reason)
const { rule } = compiled

/** Lesson wash and quiz final (70 to pass) are required, and one of rinse and dry; extra counts for nothing. */
export const cleanHands: JudgedCourse = {
  courseId: 'course-1',
  title: 'Clean hands',
  rule,
  lessons: LESSONS.map((id, ordinal) => ({ id, title: `How to ${id}`, ordinal })),
  quizzes: [{ id: 'final', title: 'Final quiz', ordinal: LESSONS.length }],
}

/** A course of which nothing is required. */
export const optionalOnly: JudgedCourse = { ...cleanHands, rule: { ...rule, required: [], groups: [], needed: 0 } }

/** Second `n` of the story. */
export const at = (n: number): number => Date.UTC(2026, 0, 5) + n * 1_000

const observed = (id: string, n: number, score: number | null): Observation => ({
  ordinal: rule.ordinalOf.get(id)!,
  at: at(n),
  score,
  receivedAt: at(n + 1),
  partition: 3,
  offset: 100 + n,
})
export const lesson = (id: string, n: number): Observation => observed(id, n, null)
export const attempt = (score: number, n: number): Observation => observed('final', n, score)

/** All that the course needs, done at second 1 to 3. */
export const ALL = [lesson('wash', 1), lesson('dry', 2), attempt(80, 3)]

export const completion = (change: Partial<DecidedCompletion> = {}): DecidedCompletion => ({
  completionId: 'completion-1',
  cycle: 1,
  completedAt: at(3),
  detectedAt: new Date(at(4)),
  detectedBy: 'events',
  detectedFrom: null,
  reason: null,
  score: 80,
  ruleHash: ruleHash(rule),
  revoked: null,
  ...change,
})

export const fact = (change: Partial<OutsideFact> = {}): OutsideFact => ({
  detectedBy: 'webhook',
  detectedFrom: 'delivery-1',
  completedAt: at(3),
  receivedAt: at(5),
  reason: null,
  ...change,
})

export const closed = (change: Partial<ClosedRecord> = {}): ClosedRecord => ({
  courseVersionId: 'version-1',
  userId: 'user-1',
  cycle: 1,
  startedAt: 0,
  endedAt: at(100),
  status: 'completed',
  observations: [],
  ...change,
})

/** An active enrollment in cleanHands. */
export function record(observations: readonly Observation[], change: Partial<EnrollmentRecord> = {}): EnrollmentRecord {
  const ledger = { ...emptyLedger({ courseVersionId: 'version-1', userId: 'user-1' }), status: 'active' as const, observations }
  return { ledger, orgId: null, course: cleanHands, closed: [], completions: [], outside: [], waiting: [], ...change }
}

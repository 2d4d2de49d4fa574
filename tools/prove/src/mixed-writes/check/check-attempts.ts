import type { Client } from 'pg'
import type { Findings } from '../../findings'
import type { EnrollmentModel, Model } from '../model'
import type { ExpectedAttempt } from '../attempt-model'
import { cycleAt, isOpen, type Cycles } from './cycles'

export interface AttemptRow {
  key: string
  /** Null in the open cycle. */
  cycle: number | null
  quiz_id: string
  attempt_number: number
  score: number
  is_passed: boolean
  started_at: Date | null
  completed_at: Date
}

/** The recorded attempts by enrollment. */
export type RecordedAttempts = ReadonlyMap<string, readonly AttemptRow[]>

const COLUMNS = `enrolled_course_version_id || ':' || user_id as key, quiz_id, attempt_number, score, is_passed, started_at, completed_at`

/** Compares every row of quiz_attempts, and of its archive, with the model. */
export async function checkAttempts(client: Client, model: Model, cycles: Cycles, findings: Findings): Promise<RecordedAttempts> {
  const { rows } = await client.query<AttemptRow>(
    `select null as cycle, ${COLUMNS} from progress.quiz_attempts
     union all
     select cycle, ${COLUMNS} from progress.quiz_attempts_archive`,
  )
  const byEnrollment = Map.groupBy(rows, (row) => row.key)
  for (const [key, enrollment] of model.enrollments) {
    const own = byEnrollment.get(key) ?? []
    checkEnrollment(enrollment, own, findings)
    for (const row of own) {
      const cycle = cycleAt(cycles, key, row.completed_at.getTime())
      if (row.cycle !== (isOpen(cycle) ? null : cycle.number))
        findings.add('wrong', `attempt ${row.attempt_number} of ${key} is in cycle ${row.cycle}, not ${cycle.number}`)
    }
  }
  for (const key of byEnrollment.keys()) if (!model.enrollments.has(key)) findings.add('wrong', `attempts of ${key}, whom nobody enrolled`)
  return byEnrollment
}

function checkEnrollment({ enrollment, attempts }: EnrollmentModel, rows: readonly AttemptRow[], findings: Findings): void {
  const unexplained = new Set(rows)
  for (const expected of attempts.expected) {
    const { attempt, given, isCertain } = expected
    const what = `attempt ${attempt.number ?? `at ${new Date(expected.completed.from).toISOString()}`} at quiz ${attempt.quizId} of ${enrollment.key}`
    const own = rows.filter((row) => isOf(expected, row))
    own.forEach((row) => unexplained.delete(row))
    if (own.length === 0 && isCertain) findings.add('lost', `${what} has no row`)
    if (own.length > 1) findings.add('doubled', `${what} is recorded as ${own.map((row) => row.attempt_number).join(' and ')}`)
    if (given.size > 1) findings.add('wrong', `${what} was answered with the numbers ${[...given].join(' and ')}`)
    for (const row of own) {
      const wrong = mismatch(
        expected,
        row,
        enrollment.version.quizzes.find((quiz) => quiz.quiz_id === row.quiz_id)!.pass_threshold_percentage,
      )
      if (wrong) findings.add('wrong', `${what}: ${wrong}`)
      if (given.size > 0 && !given.has(row.attempt_number))
        findings.add('wrong', `${what} was answered as another number than ${row.attempt_number}`)
    }
  }
  for (const row of unexplained)
    findings.add('wrong', `attempt ${row.attempt_number} at quiz ${row.quiz_id} of ${enrollment.key}, which nobody made`)
  for (const [quizId, use] of enrollment.quizUse) {
    const numbers = rows.filter((row) => row.quiz_id === quizId).map((row) => row.attempt_number)
    if (use === 'assigned' && Math.max(0, ...numbers) !== numbers.length)
      findings.add(
        'wrong',
        `the numbers given at quiz ${quizId} of ${enrollment.key} have a gap: ${numbers.sort((a, b) => a - b).join(', ')}`,
      )
  }
}

/** Without a number and a time it is the one that was given in the answer. */
function isOf({ attempt: { quizId, number, completedAt }, given }: ExpectedAttempt, row: AttemptRow): boolean {
  if (row.quiz_id !== quizId) return false
  if (number !== null) return row.attempt_number === number
  return completedAt === null ? given.has(row.attempt_number) : row.completed_at.getTime() === completedAt
}

function mismatch({ attempt: { score, startedAt }, completed }: ExpectedAttempt, row: AttemptRow, threshold: number): string | null {
  const completedAt = row.completed_at.getTime()
  if (row.score !== score) return `score is ${row.score}, not ${score}`
  if (row.is_passed !== score >= threshold) return `is_passed is ${row.is_passed} at ${score} of ${threshold}`
  if (completedAt < completed.from || completedAt > completed.to) return `completed_at is ${row.completed_at.toISOString()}`
  if ((row.started_at?.getTime() ?? null) !== startedAt) return `started_at is ${row.started_at?.toISOString()}`
  return null
}

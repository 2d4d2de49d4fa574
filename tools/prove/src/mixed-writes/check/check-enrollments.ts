import type { Client } from 'pg'
import type { Findings } from '../../findings'
import { percentageOf } from '../course-rule'
import type { EnrollmentModel, Model } from '../model'
import type { RestClient } from '../rest-client'
import type { RecordedAttempts } from './check-attempts'
import type { CompleteLessons } from './check-lessons'
import { cyclesOf, type Cycles } from './cycles'

export interface EnrollmentRow {
  key: string
  status: string
  enrolled_at: Date
  completed_at: Date | null
  cycle: number
  revision: string
  progress_percentage: number
}

/** What the rows of one enrollment amount to; they themselves are checked elsewhere. */
interface Sum {
  readonly percentage: number
  readonly completedLessons: number
}

/** Compares every row of enrollments with the model, and its percentage with the rows that it sums up. */
export async function checkEnrollments(
  client: Client,
  model: Model,
  cycles: Cycles,
  sumOf: (enrollment: EnrollmentModel) => Sum,
  findings: Findings,
): Promise<ReadonlyMap<string, EnrollmentRow>> {
  const { rows } = await client.query<EnrollmentRow>(
    `select course_version_id || ':' || user_id as key, status, enrolled_at, completed_at, cycle, revision, progress_percentage
       from progress.enrollments`,
  )
  const found = new Map(rows.map((row) => [row.key, row]))
  for (const [key, enrollment] of model.enrollments) {
    const row = found.get(key)
    const { status, enrolledAt, cycle } = enrollment.requests
    const wrong = (what: string) => findings.add('wrong', `enrollment ${key}: ${what}`)
    if (!row) {
      findings.add('lost', `enrollment ${key} has no row`)
      continue
    }
    if (row.status !== status) wrong(`status is ${row.status}, not ${status}`)
    if (row.enrolled_at.getTime() !== enrolledAt) wrong(`enrolled_at is ${row.enrolled_at.toISOString()}`)
    if (row.cycle !== cycle) wrong(`cycle is ${row.cycle}, not ${cycle}`)
    if (cyclesOf(cycles, key).length !== row.cycle) wrong(`cycle ${row.cycle}, with ${cyclesOf(cycles, key).length - 1} archived`)
    if (row.completed_at !== null) wrong(`completed_at is ${row.completed_at.toISOString()}`)
    const { percentage } = sumOf(enrollment)
    if (row.progress_percentage !== percentage) wrong(`progress_percentage is ${row.progress_percentage}, its rows make ${percentage}`)
  }
  for (const key of found.keys()) if (!model.enrollments.has(key)) findings.add('wrong', `enrollment ${key}, which nobody asked for`)
  return found
}

export function summing(lessons: CompleteLessons, attempts: RecordedAttempts): (enrollment: EnrollmentModel) => Sum {
  return ({ enrollment: { key, version } }) => {
    const complete = lessons.get(key) ?? new Set()
    const passed = new Set((attempts.get(key) ?? []).filter((row) => row.cycle === null && row.is_passed).map((row) => row.quiz_id))
    return { percentage: percentageOf(version, (id) => complete.has(id) || passed.has(id)), completedLessons: complete.size }
  }
}

/** Asks the service as each learner, and compares what it tells with its rows. */
export async function checkAnswers(
  rest: RestClient,
  model: Model,
  sumOf: (enrollment: EnrollmentModel) => Sum,
  findings: Findings,
): Promise<void> {
  for (const [key, enrollment] of model.enrollments) {
    const { userId, version } = enrollment.enrollment
    const { status, body } = await rest.read(userId, `/api/v1/courses/${version.course_version_id}/progress`)
    if (status !== 200) {
      findings.add('wrong', `GET progress of ${key} is answered ${status} ${JSON.stringify(body)}`)
      continue
    }
    const told = body as Record<string, unknown>
    const { percentage, completedLessons } = sumOf(enrollment)
    const expected = {
      status: enrollment.requests.status,
      percentage,
      completed_lessons: completedLessons,
      total_lessons: version.lessons.length,
    }
    for (const [field, value] of Object.entries(expected)) {
      if (told[field] !== value)
        findings.add('wrong', `GET progress of ${key}: ${field} is ${JSON.stringify(told[field])}, not ${JSON.stringify(value)}`)
    }
  }
}

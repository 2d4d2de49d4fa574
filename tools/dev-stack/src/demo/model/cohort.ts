import { join } from 'node:path'
import { enrollmentKey } from '@laurel/contracts'
import { FILES } from '../input/files'
import { InputError } from '../input/input-error'
import { readCourseVersions, type CourseVersion } from '../input/read-course-versions'
import { readEnrollments, type EnrollmentRow } from '../input/read-enrollments'
import { readEvents } from '../input/read-events'
import { EnrollmentCase } from './enrollment-case'
import { judgeMessage, type Evidence } from './judge-message'
import { routeOf, type Route } from './route'
import { satisfiedAt } from './rule'

/** The case and the place among its items that an event belongs to. */
export interface Found {
  readonly known: EnrollmentCase
  readonly place: number
}

/** The three files of an input, understood. */
export interface Cohort {
  readonly versions: ReadonlyMap<string, CourseVersion>
  /** By enrollment key. */
  readonly cases: ReadonlyMap<string, EnrollmentCase>
  readonly userIds: ReadonlySet<string>
  /** How everything about a learner goes in. */
  routeOf(userId: string): Route
  /** The case and place that an event of the input belongs to. */
  find(evidence: Evidence): Found
  readonly rows: number
  /** Lines of events.jsonl, by where they go. */
  readonly lines: Readonly<Record<Route | 'malformed', number>>
  readonly dir: string
}

/**
 * Reads an input and makes sure that what must come out of it does not hang on a race.
 *
 * @throws InputError naming file, line and field
 */
export async function loadCohort(dir: string): Promise<Cohort> {
  const versions = await readCourseVersions(join(dir, FILES.courseVersions))
  const rows = await readEnrollments(join(dir, FILES.enrollments))
  const cases = new Map<string, EnrollmentCase>()
  const caseOf = (ids: { user_id: string; course_version_id: string }, version: CourseVersion) => {
    const key = enrollmentKey(ids)
    const known = cases.get(key)
    if (known) return known
    const made = new EnrollmentCase(ids.user_id, version.data, version.rule)
    cases.set(key, made)
    return made
  }
  for (const row of rows) takeRow(row, versions, caseOf)
  checkRows(rows, cases)

  const perUser = new Map<string, number>()
  let malformed = 0
  for await (const message of readEvents(join(dir, FILES.events))) {
    const judged = judgeMessage(message)
    const wrong = (problem: string) => new InputError(FILES.events, message.line, problem)
    if (judged.kind === 'misplaced')
      throw wrong(`topic ${message.topic} is for lesson.progressed, lesson.completed, quiz.attempted and messages that must be refused`)
    if (judged.kind === 'malformed') {
      malformed++
      continue
    }
    const { evidence } = judged
    const version = versions.get(evidence.data.course_version_id)
    if (!version) throw wrong(`data.course_version_id ${evidence.data.course_version_id} is not in ${FILES.courseVersions}`)
    const known = caseOf(evidence.data, version)
    const place = known.placeOf(evidence)
    if (place === undefined)
      throw wrong(
        `data.${evidence.topic === 'quiz.attempted' ? 'quiz_id' : 'lesson_id'} is not in course version ${version.data.course_version_id}`,
      )
    known.take(evidence, place)
    perUser.set(known.userId, (perUser.get(known.userId) ?? 0) + 1)
  }
  checkCancellations(rows, cases)
  return cohortOf(dir, versions, cases, rows.length, perUser, malformed)
}

function takeRow(
  { line, data }: EnrollmentRow,
  versions: ReadonlyMap<string, CourseVersion>,
  caseOf: (ids: EnrollmentRow['data'], version: CourseVersion) => EnrollmentCase,
): void {
  const wrong = (problem: string) => new InputError(FILES.enrollments, line, problem)
  const version = versions.get(data.course_version_id)
  if (!version) throw wrong(`course_version_id ${data.course_version_id} is not in ${FILES.courseVersions}`)
  const known = caseOf(data, version)
  if (data.action === 'enroll') known.enrollRows.push(data)
  else if (data.action !== 'cancel') throw wrong(`action must be enroll or cancel in a demo input (got ${data.action})`)
  else if (known.cancelRow) throw wrong('action cancel is there twice for this learner and course version')
  else known.cancelRow = data
}

function checkRows(rows: readonly EnrollmentRow[], cases: ReadonlyMap<string, EnrollmentCase>): void {
  for (const { line, data } of rows) {
    const { enrollRows, cancelRow, cancelledAt } = cases.get(enrollmentKey(data))!
    if (!cancelRow) continue
    const wrong = (problem: string) => new InputError(FILES.enrollments, line, problem)
    if (enrollRows.length === 0) throw wrong('action cancel needs an enroll row for the same learner and course version')
    if (data.action === 'enroll' && Date.parse(data.requested_at) >= cancelledAt)
      throw wrong(`requested_at must be before the cancellation at ${cancelRow.requested_at}`)
  }
}

/** A cancellation after everything is done races with the completion: nobody can say which comes first. */
function checkCancellations(rows: readonly EnrollmentRow[], cases: ReadonlyMap<string, EnrollmentCase>): void {
  for (const { line, data } of rows) {
    const known = cases.get(enrollmentKey(data))!
    if (data.action === 'cancel' && satisfiedAt(known.rule, known.doneBefore) !== null) {
      throw new InputError(
        FILES.enrollments,
        line,
        `requested_at of a cancellation must be before the learner has done everything (course version ${data.course_version_id})`,
      )
    }
  }
}

function cohortOf(
  dir: string,
  versions: Map<string, CourseVersion>,
  cases: Map<string, EnrollmentCase>,
  rows: number,
  perUser: ReadonlyMap<string, number>,
  malformed: number,
): Cohort {
  const userIds = new Set<string>()
  // REST refuses events without an enrollment, so who has one of those goes by Kafka.
  const kafkaOnly = new Set<string>()
  for (const known of cases.values()) {
    userIds.add(known.userId)
    if (known.enrollRows.length === 0) kafkaOnly.add(known.userId)
  }
  const routeIn = (userId: string): Route => (kafkaOnly.has(userId) ? 'kafka' : routeOf(userId))
  const lines = { kafka: 0, rest: 0, malformed }
  for (const [userId, count] of perUser) lines[routeIn(userId)] += count
  return {
    versions,
    cases,
    userIds,
    routeOf: routeIn,
    find: (evidence) => {
      const known = cases.get(enrollmentKey(evidence.data))!
      return { known, place: known.placeOf(evidence)! }
    },
    rows,
    lines,
    dir,
  }
}

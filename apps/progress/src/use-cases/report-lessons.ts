import type { CourseVersion } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { lessonsDone } from '../domain/done-items'
import { isClosed, type ClosedStatus } from '../domain/enrollment'
import { misfit } from '../domain/fits'
import { lessonMark, markKey } from '../domain/lesson-mark'
import { enrollmentKey, type EnrollmentKey } from '../persistence/enrollment-store'
import type { LessonStatus } from '../persistence/lesson-progress-store'
import { lockStandings, type Standing } from '../persistence/standing-store'
import { recordLessons, type PlacedMark, type RecordedLessons } from './record-lessons'

/** What one learner reports of lessons of one course version, in one request. */
export interface LessonsReport {
  readonly userId: string
  readonly version: CourseVersion
  readonly lessons: readonly { readonly lessonId: string; readonly percentage: number; readonly at: Date }[]
}

/** How a reported lesson stands now; `not_started` also when the report was of a closed cycle and nothing is known of this one. */
export interface ReportedLesson {
  readonly lessonId: string
  readonly status: LessonStatus
  readonly percentage: number
  readonly completedAt: Date | null
}

export type ReportAnswer =
  | {
      readonly kind: 'recorded'
      readonly standing: Standing
      readonly completedLessons: number
      readonly totalLessons: number
      /** Each reported lesson once, in the order of the course version. */
      readonly lessons: readonly ReportedLesson[]
    }
  | { readonly kind: 'not-enrolled' }
  | { readonly kind: 'closed'; readonly status: ClosedStatus }
  /** The lesson at this place of the report is none of the course version's: nothing of the report was recorded. */
  | { readonly kind: 'misfit'; readonly index: number; readonly reason: string }

type Judged = { readonly answer: ReportAnswer } | { readonly marks: readonly PlacedMark[] }

/**
 * Records the reports of many learners in one transaction and answers each, in their order. One that is refused does
 * not touch the others.
 */
export async function reportLessons(tx: Tx, reports: readonly LessonsReport[]): Promise<ReportAnswer[]> {
  const keys = reports.map(keyOf)
  const names = keys.map(enrollmentKey)
  const standings = await lockStandings(tx, keys)
  const judged = reports.map((report, index) => judge(report, keys[index]!, standings.get(names[index]!)))
  const marks = judged.flatMap((one) => ('marks' in one ? one.marks : []))
  const { lessons, advanced } = await recordLessons(tx, marks, { announce: true, returned: 'all' })
  return judged.map((one, index) => {
    if ('answer' in one) return one.answer
    const standing = advanced.get(names[index]!) ?? standings.get(names[index]!)!
    const { version } = reports[index]!
    return {
      kind: 'recorded',
      standing,
      completedLessons: lessonsDone(version.rule, standing.doneItems),
      totalLessons: version.lessons.length,
      lessons: reportedLessons(one.marks, lessons, version),
    }
  })
}

/** Each lesson once. */
function reportedLessons(
  marks: readonly PlacedMark[],
  written: RecordedLessons['lessons'],
  version: CourseVersion,
): readonly ReportedLesson[] {
  const reported = marks.map(({ mark }) => written.get(markKey(mark)) ?? notStarted(mark.lessonId))
  if (reported.length === 1) return reported
  return inCourseOrder([...new Map(reported.map((lesson) => [lesson.lessonId, lesson])).values()], version)
}

function judge(report: LessonsReport, key: EnrollmentKey, standing: Standing | undefined): Judged {
  const { version, lessons } = report
  if (standing === undefined) return { answer: { kind: 'not-enrolled' } }
  const { status } = standing
  if (isClosed(status)) return { answer: { kind: 'closed', status } }
  for (const [index, { lessonId }] of lessons.entries()) {
    const reason = misfit(version.rule, 'lesson_id', lessonId)
    if (reason !== null) return { answer: { kind: 'misfit', index, reason } }
  }
  return {
    marks: lessons.map(({ lessonId, percentage, at }) => ({
      mark: lessonMark({ ...key, lessonId }, percentage, at),
      standing,
      rule: version.rule,
    })),
  }
}

function keyOf({ userId, version }: LessonsReport): EnrollmentKey {
  return { userId, courseVersionId: version.courseVersionId }
}

function inCourseOrder(lessons: readonly ReportedLesson[], { lessons: all }: CourseVersion): readonly ReportedLesson[] {
  const place = new Map(all.map(({ id }, index) => [id, index]))
  return lessons.toSorted((a, b) => place.get(a.lessonId)! - place.get(b.lessonId)!)
}

function notStarted(lessonId: string): ReportedLesson {
  return { lessonId, status: 'not_started', percentage: 0, completedAt: null }
}

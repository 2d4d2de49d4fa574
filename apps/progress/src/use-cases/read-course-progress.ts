import type { CourseItem, CourseVersion } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { isDone, lessonsDone } from '../domain/done-items'
import { lessonToResume } from '../domain/resume'
import { shownPercentage } from '../domain/shown-percentage'
import { findCourseRecord, type AttemptRecord, type CourseRecord, type LessonRecord } from '../persistence/course-record-store'

/** One learner's standing in one course version, all of one moment. */
export interface CourseProgress {
  readonly version: CourseVersion
  readonly enrollment: CourseRecord['enrollment']
  /** 0-100 by the course rule; 100 once the enrollment is completed. */
  readonly percentage: number
  readonly completedLessons: number
  /** Every lesson of the version, in its order; those without a record have not been started. */
  readonly lessons: readonly { readonly lesson: CourseItem; readonly record: LessonRecord | null }[]
  /** Every quiz of the version, as published. */
  readonly quizzes: readonly QuizStanding[]
  readonly attempts: readonly AttemptRecord[]
  readonly resume: { readonly lesson: CourseItem; readonly percentage: number } | null
}

export interface QuizStanding {
  readonly quiz: CourseItem
  readonly isPassed: boolean
  readonly attempts: number
  /** Null without an attempt. */
  readonly bestScore: number | null
}

/** What a learner sees of a course; null when they are not enrolled in it (any more). */
export async function readCourseProgress(tx: Tx, version: CourseVersion, userId: string): Promise<CourseProgress | null> {
  const record = await findCourseRecord(tx, { userId, courseVersionId: version.courseVersionId })
  if (record === undefined) return null
  const { enrollment, lessons, attempts } = record
  const isDoneNow = (ordinal: number) => isDone(enrollment.doneItems, ordinal)
  const resume = lessonToResume(enrollment.status, version.lessons, isDoneNow, [...lessons.values()])
  return {
    version,
    enrollment,
    percentage: shownPercentage(enrollment),
    completedLessons: lessonsDone(version.rule, enrollment.doneItems),
    lessons: version.lessons.map((lesson) => ({ lesson, record: lessons.get(lesson.id) ?? null })),
    quizzes: version.quizzes.map((quiz) => quizStanding(quiz, isDoneNow(quiz.ordinal), attempts)),
    attempts,
    resume: resume && { lesson: resume, percentage: lessons.get(resume.id)?.percentage ?? 0 },
  }
}

function quizStanding(quiz: CourseItem, isPassed: boolean, attempts: readonly AttemptRecord[]): QuizStanding {
  const scores = attempts.filter((attempt) => attempt.quizId === quiz.id).map((attempt) => attempt.score)
  return { quiz, isPassed, attempts: scores.length, bestScore: scores.length === 0 ? null : Math.max(...scores) }
}

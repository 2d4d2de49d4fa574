import { evaluate, percentageOf, type Rule } from '@laurel/course-rule'
import type { Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { lessonsOf, type LessonProgress } from '../persistence/lesson-progress-store'
import { quizAttemptsOf, type QuizAttempt } from '../persistence/quiz-attempt-store'

/** One learner's standing in one course version. */
export interface CourseProgress {
  readonly enrollment: Enrollment
  /** 0-100 by the course rule; 100 once the enrollment is completed. */
  readonly percentage: number
  readonly completedLessons: number
  readonly totalLessons: number
  /** Lessons that have a record, in the order of the course version. */
  readonly lessons: readonly LessonProgress[]
  readonly attempts: readonly QuizAttempt[]
}

export async function readCourseProgress(tx: Tx, enrollment: Enrollment, rule: Rule): Promise<CourseProgress> {
  const ordinal = (lesson: LessonProgress) => rule.ordinalOf.get(lesson.lessonId) ?? Infinity
  const lessons = (await lessonsOf(tx, enrollment)).sort((a, b) => ordinal(a) - ordinal(b))
  const attempts = await quizAttemptsOf(tx, enrollment)
  const doneAt = new Map<string, number>()
  for (const lesson of lessons) if (lesson.completedAt) doneAt.set(lesson.lessonId, lesson.completedAt.getTime())
  for (const attempt of attempts) {
    if (attempt.passed) doneAt.set(attempt.quizId, Math.min(attempt.completedAt.getTime(), doneAt.get(attempt.quizId) ?? Infinity))
  }
  const evaluation = evaluate(rule, (ordinal) => doneAt.get(rule.items[ordinal]!.id) ?? null)
  return {
    enrollment,
    percentage: enrollment.status === 'completed' ? 100 : percentageOf(evaluation),
    completedLessons: lessons.filter((lesson) => lesson.completedAt !== null).length,
    totalLessons: rule.items.filter((item) => item.kind === 'lesson').length,
    lessons,
    attempts,
  }
}

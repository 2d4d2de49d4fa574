import type { CourseVersionPublishedV1, LessonCompletedV1, LessonProgressedV1, QuizAttemptedV1 } from '@laurel/contracts'
import type { Random } from './random'

/** Something a learner did, as it is written to events.jsonl. */
export interface LearnerRecord {
  readonly topic: 'lesson.progressed' | 'lesson.completed' | 'quiz.attempted'
  readonly data: LessonProgressedV1 | LessonCompletedV1 | QuizAttemptedV1
  /** Milliseconds since 1970. */
  readonly at: number
}

interface Ids {
  readonly user_id: string
  readonly course_version_id: string
}

interface Act extends Ids {
  /** The time of the learner's next act, in milliseconds since 1970. */
  readonly clock: () => number
  readonly random: Random
}

/** A lesson is reported as completed, or as progress that ends at 100; `plain` keeps to the first. */
export function lessonRecords({
  user_id,
  course_version_id,
  lesson_id,
  clock,
  random,
  plain,
}: Act & { lesson_id: string; plain: boolean }): LearnerRecord[] {
  const ids = { user_id, course_version_id, lesson_id }
  if (plain || random.chance(0.92)) {
    const at = clock()
    return [{ topic: 'lesson.completed', data: { ...ids, completed_at: iso(at) }, at }]
  }
  return [random.integer(0, 90), 100].map((progress_percentage) => {
    const at = clock()
    return { topic: 'lesson.progressed', data: { ...ids, progress_percentage, occurred_at: iso(at) }, at }
  })
}

/**
 * Attempts at a quiz. A learner who passes does so once, some after a failed attempt; one who does not tries twice.
 * Every other failed attempt claims to be passed: the threshold decides, not the sender.
 */
export function attemptsAt({
  quiz,
  passes,
  clock,
  random,
  ...ids
}: Act & { quiz: CourseVersionPublishedV1['quizzes'][number]; passes: boolean }): LearnerRecord[] {
  const { quiz_id, pass_threshold_percentage: threshold } = quiz
  const failures = passes ? (random.chance(0.25) ? 1 : 0) : 2
  const scores = Array.from({ length: failures }, () => random.integer(0, threshold - 1))
  if (passes) scores.push(random.integer(threshold, 100))
  return scores.map((score, i) => {
    const started_at = iso(clock())
    const at = clock()
    const is_passed = score >= threshold || i % 2 === 0
    return {
      topic: 'quiz.attempted',
      data: { ...ids, quiz_id, attempt_number: i + 1, score, is_passed, started_at, completed_at: iso(at) },
      at,
    }
  })
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

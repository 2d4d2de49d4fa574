import { randomUUID } from 'node:crypto'
import type { CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'

/** A course version, and the ids of its items by what they count for. */
export interface Course {
  readonly version: CourseVersionPublishedV1
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly quizzes: readonly string[]
}

export interface CourseShape {
  /** Required lessons. */
  readonly required?: number
  readonly optional?: number
  /** Lowest passing score of each required quiz. */
  readonly quizzes?: readonly number[]
  /** How many of the optional lessons must be done; without it they are no elective group. */
  readonly choose?: number
}

export function course({ required = 0, optional = 0, quizzes = [], choose }: CourseShape): Course {
  const [requiredIds, optionalIds, quizIds] = [idsOf(required), idsOf(optional), idsOf(quizzes.length)]
  const lesson = (isRequired: boolean) => (lesson_id: string, position: number) => ({
    lesson_id,
    title: 'A lesson',
    position,
    required: isRequired,
  })
  const version: CourseVersionPublishedV1 = {
    course_version_id: randomUUID(),
    course_id: randomUUID(),
    version: 1,
    title: 'Handling food safely',
    published_at: '2026-01-01T00:00:00.000Z',
    lessons: [...optionalIds.map(lesson(false)), ...requiredIds.map(lesson(true))],
    quizzes: quizIds.map((quiz_id, i) => ({ quiz_id, title: 'A quiz', required: true, pass_threshold_percentage: quizzes[i]! })),
    ...(choose === undefined ? {} : { electives: [{ choose, of: optionalIds }] }),
  }
  return { version, required: requiredIds, optional: optionalIds, quizzes: quizIds }
}

/** The nth second of the story that a test tells. */
export function at(n: number): string {
  return new Date(Date.UTC(2026, 0, 5) + n * 1_000).toISOString()
}

/** What one learner does in a course. */
export class Learner {
  readonly userId = randomUUID()

  constructor(private readonly course: Course) {}

  get key() {
    return { course_version_id: this.course.version.course_version_id, user_id: this.userId }
  }

  enrollment(change: Partial<EnrollmentChangedV1> = {}): EnrollmentChangedV1 {
    return {
      ...this.key,
      revision: 1,
      status: 'active',
      cycle: 1,
      cycle_started_at: '1970-01-01T00:00:00.000Z',
      enrolled_at: at(0),
      ...change,
    }
  }

  lesson(lesson_id: string, n = 1): LessonCompletedV1 {
    return { ...this.key, lesson_id, completed_at: at(n) }
  }

  /** What the sender says about passing is wrong on purpose: it must not count. */
  attempt(quiz_id: string, score: number, n = 1, attempt_number = 1): QuizAttemptedV1 {
    return { ...this.key, quiz_id, attempt_number, score, is_passed: score < 50, completed_at: at(n) }
  }
}

function idsOf(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID())
}

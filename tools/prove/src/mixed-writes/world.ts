import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import type { Random } from '../random'

/** By which ways a lesson of one enrollment becomes complete: only where there is one way it is certain who announces it. */
export type LessonUse = 'reported' | 'announced' | 'both'

/** Who numbers the attempts at a quiz of one enrollment, and by which ways they come. */
export type QuizUse = 'rest' | 'kafka' | 'both' | 'assigned'

/**
 * `steady`: active throughout. `toggled`: cancelled, revoked and reactivated meanwhile. `closed`: cancelled before the
 * first write. `late`: its enrollment, or its course version, arrives after what the learner did.
 * `renewed`: revoked, and a new cycle opened, once or twice.
 */
export type Standing = 'steady' | 'toggled' | 'closed' | 'late' | 'renewed'

export interface Enrollment {
  readonly userId: string
  readonly version: CourseVersionPublishedV1
  readonly standing: Standing
  /** Record key in Kafka, and key in the model. */
  readonly key: string
  readonly lessonUse: ReadonlyMap<string, LessonUse>
  readonly quizUse: ReadonlyMap<string, QuizUse>
  readonly enrolledBy: 'rest' | 'kafka'
}

export interface World {
  readonly versions: readonly CourseVersionPublishedV1[]
  /** The one that is published in the middle of the run. */
  readonly lateVersion: CourseVersionPublishedV1
  readonly enrollments: readonly Enrollment[]
}

const VERSIONS = 10
const STANDINGS: Readonly<Record<Standing, number>> = { steady: 62, toggled: 13, closed: 7, late: 8, renewed: 10 }

/** Course versions of all shapes, and learners in one to three of them. */
export function makeWorld(random: Random, enrollmentCount: number): World {
  const versions = Array.from({ length: VERSIONS }, (_, index) => makeVersion(random, index))
  const lateVersion = makeVersion(random, VERSIONS)
  const enrollments: Enrollment[] = []
  while (enrollments.length < enrollmentCount) {
    const userId = random.uuid()
    const [first, ...others] = random.shuffled(versions).slice(0, random.integer(1, 3))
    const standing = random.weighted(STANDINGS)
    enrollments.push(enroll(random, userId, standing === 'late' && random.chance(0.3) ? lateVersion : first!, standing))
    for (const version of others) enrollments.push(enroll(random, userId, version, random.weighted(STANDINGS)))
  }
  return { versions, lateVersion, enrollments }
}

function enroll(random: Random, userId: string, version: CourseVersionPublishedV1, standing: Standing): Enrollment {
  const lessonUse = () => random.weighted<LessonUse>({ reported: 75, announced: 15, both: 10 })
  // The service gives numbers in the open cycle alone.
  const assigned = standing === 'renewed' ? 0 : 30
  const quizUse = () => random.weighted<QuizUse>({ rest: 25, kafka: 30, both: 15, assigned })
  return {
    userId,
    version,
    standing,
    key: `${version.course_version_id}:${userId}`,
    lessonUse: new Map(version.lessons.map(({ lesson_id }) => [lesson_id, lessonUse()])),
    quizUse: new Map(version.quizzes.map(({ quiz_id }) => [quiz_id, quizUse()])),
    enrolledBy: standing === 'late' || random.chance(0.5) ? 'kafka' : 'rest',
  }
}

/** The first two are the odd ones: nothing is needed; only a choice is needed. The third has more items than a PATCH takes. */
function makeVersion(random: Random, index: number): CourseVersionPublishedV1 {
  const isRequired = () => index > 1 && random.chance(0.7)
  const lessons = Array.from({ length: index === 2 ? 130 : random.integer(4, 60) }, (_, position) => ({
    lesson_id: random.uuid(),
    title: `Lesson ${position}`,
    position,
    required: isRequired(),
  }))
  const quizzes = Array.from({ length: random.integer(1, 4) }, (_, position) => ({
    quiz_id: random.uuid(),
    title: `Quiz ${position}`,
    required: isRequired(),
    pass_threshold_percentage: random.pick([0, 50, 66.5, 80, 100]),
  }))
  const items = [...lessons.map((lesson) => lesson.lesson_id), ...quizzes.map((quiz) => quiz.quiz_id)]
  const electives = Array.from({ length: index === 0 ? 0 : index === 1 ? 2 : random.integer(0, 2) }, () => {
    const of = random.shuffled(items).slice(0, random.integer(1, Math.min(12, items.length)))
    return { choose: random.integer(1, of.length), of }
  })
  return {
    course_version_id: random.uuid(),
    course_id: random.uuid(),
    version: 1,
    title: `Course ${index}`,
    published_at: '2025-01-01T00:00:00.000Z',
    lessons,
    quizzes,
    ...(electives.length > 0 && { electives }),
  }
}

import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import type { Random } from './random'

interface Outline {
  readonly title: string
  readonly code: string
  readonly lessons: number
  /** Every n-th lesson is optional. */
  readonly optionalEvery: number
  /** Thresholds of the required quizzes, in percent. */
  readonly thresholds: readonly number[]
  readonly hours: number
  /** Lessons and an own quiz of which `choose` must be done. */
  readonly electives?: { readonly choose: number; readonly lessons: number }
}

const OUTLINES: readonly Outline[] = [
  { title: 'Safety at work', code: 'SAFE', lessons: 12, optionalEvery: 6, thresholds: [70], hours: 2 },
  {
    title: 'Data protection in practice',
    code: 'DATA',
    lessons: 50,
    optionalEvery: 12,
    thresholds: [60, 80],
    hours: 9,
    electives: { choose: 2, lessons: 5 },
  },
  { title: 'Leading projects', code: 'LEAD', lessons: 80, optionalEvery: 10, thresholds: [50, 75], hours: 16 },
]

/** The version with an elective group. */
export const WITH_ELECTIVES = 1

/**
 * Three course versions of 12, 50 and 80 lessons. All earn a credential with a Credly template of its own and have a
 * code in HR; the codes and ids differ from seed to seed, so that several inputs can live in one stack.
 */
export function courseCatalogue(random: Random, publishedAt: Date): CourseVersionPublishedV1[] {
  return OUTLINES.map((outline) => courseVersion(outline, random, publishedAt))
}

function courseVersion(outline: Outline, random: Random, publishedAt: Date): CourseVersionPublishedV1 {
  const electiveFrom = outline.lessons - (outline.electives?.lessons ?? 0)
  const lessons = Array.from({ length: outline.lessons }, (_, position) => ({
    lesson_id: random.uuid(),
    title: `Lesson ${position + 1}`,
    position,
    required: position < electiveFrom && (position + 1) % outline.optionalEvery !== 0,
  }))
  const quizzes = outline.thresholds.map((threshold, i) => quiz(random, `Quiz ${i + 1}`, true, threshold))
  quizzes.push(quiz(random, 'Warm-up quiz', false, 50))
  const elective = outline.electives && quiz(random, 'Elective quiz', false, 65)
  if (elective) quizzes.push(elective)
  return {
    course_version_id: random.uuid(),
    course_id: random.uuid(),
    version: random.integer(1, 4),
    title: outline.title,
    published_at: publishedAt.toISOString(),
    lessons,
    quizzes,
    ...(outline.electives &&
      elective && {
        electives: [{ choose: outline.electives.choose, of: [...lessons.slice(electiveFrom).map((l) => l.lesson_id), elective.quiz_id] }],
      }),
    credential: { enabled: true, validity_months: 24, credly_badge_template_id: random.uuid() },
    hr: { course_code: `${outline.code}-${random.bytes(3).toString('hex').toUpperCase()}`, credit_hours: outline.hours },
  }
}

function quiz(random: Random, title: string, required: boolean, threshold: number) {
  return { quiz_id: random.uuid(), title, required, pass_threshold_percentage: threshold }
}

import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { uuidBytesOf, uuidText } from '../measure/random'

/** Lessons that are required and that nobody has done yet: the first open ones. Who does all of them completes the course. */
export const OPEN_REQUIRED = 5

const VERSIONS = 100
/** How far enrollments lie apart: this many lessons more or less than the mean, so that their logs are full at different times. */
const SPREAD = 5
const BASE_TIME = Date.UTC(2024, 0, 1)
const HALF_DAY = 12 * 60 * 60_000

/** A kind of course, and how far its learners are before the clock starts. */
export interface LedgerShape {
  /** Lessons of each course version. */
  readonly lessons: number
  /** Lessons of an enrollment that were done before, on average: the first ones. */
  readonly done: number
  readonly enrollments: number
  /** False: nobody has done anything, and what would have been done before is optional. The same events complete the same enrollments. */
  readonly isBegun: boolean
  /** Enrollments of worlds with the same space are the same. */
  readonly space: string
}

/** Half of each course done before, as many enrollments as make up so many done items. */
export function halfDone(lessons: number, doneItems: number): LedgerShape {
  const done = lessons / 2
  return { lessons, done, enrollments: Math.ceil(doneItems / done), isBegun: true, space: `courses of ${lessons}` }
}

/**
 * Enrollments that are under way, every one fixed by its number and the seed. Enrollment `e` is a learner of its own in
 * course version `e % 100`; lesson `l` of a version is item `l` of its rule.
 */
export class LedgerWorld {
  readonly versions = VERSIONS
  readonly enrollments: number
  readonly lessons: number
  /** The first lesson that nobody has done before. */
  readonly firstOpen: number
  private readonly texts = new Map<string, string>()
  /** 16 bytes each: what is made once must not lie around as a million strings while something is measured. */
  private learners: Buffer | null = null

  constructor(
    readonly shape: LedgerShape,
    readonly seed: number,
  ) {
    this.enrollments = shape.enrollments
    this.lessons = shape.lessons
    this.firstOpen = shape.done + SPREAD
  }

  versionOf(enrollment: number): number {
    return enrollment % VERSIONS
  }

  /** How many lessons the enrollment has done before: the first ones. */
  doneBefore(enrollment: number): number {
    return this.shape.isBegun ? this.shape.done - SPREAD + (enrollment % (2 * SPREAD + 1)) : 0
  }

  get doneItems(): number {
    let sum = 0
    for (let enrollment = 0; enrollment < this.enrollments; enrollment++) sum += this.doneBefore(enrollment)
    return sum
  }

  /** What everyone has done, and the first open ones. */
  isRequired(lesson: number): boolean {
    return this.isOpenRequired(lesson) || (this.shape.isBegun && lesson < this.shape.done - SPREAD)
  }

  isOpenRequired(lesson: number): boolean {
    return lesson >= this.firstOpen && lesson < this.firstOpen + OPEN_REQUIRED
  }

  /** Milliseconds since 1970 at which the enrollment did the lesson, in 2024; later lessons later. */
  timeOf(enrollment: number, lesson: number): number {
    return BASE_TIME + lesson * HALF_DAY + ((enrollment * 7_919) % HALF_DAY)
  }

  userId(enrollment: number): Buffer {
    this.learners ??= Buffer.concat(Array.from({ length: this.enrollments }, (_, learner) => this.id(`learner ${learner}`)))
    return this.learners.subarray(enrollment * 16, enrollment * 16 + 16)
  }

  versionId(version: number): Buffer {
    return this.id(`version ${version}`)
  }

  lessonId(version: number, lesson: number): Buffer {
    return this.id(`lesson ${version} ${lesson}`)
  }

  /** The ids of an event as text. */
  textsOf(enrollment: number, lesson: number): { user: string; version: string; lesson: string } {
    const version = this.versionOf(enrollment)
    return {
      user: uuidText(this.userId(enrollment)),
      version: this.text(`version ${version}`),
      lesson: this.text(`lesson ${version} ${lesson}`),
    }
  }

  /** The course versions, as they would be published. */
  courseVersions(): CourseVersionPublishedV1[] {
    return Array.from({ length: VERSIONS }, (_, version) => ({
      course_version_id: uuidText(this.versionId(version)),
      course_id: uuidText(this.id(`course ${version}`)),
      version: 1,
      title: `Course ${version + 1}`,
      published_at: '2023-12-01T00:00:00.000Z',
      lessons: Array.from({ length: this.lessons }, (_unused, lesson) => ({
        lesson_id: uuidText(this.lessonId(version, lesson)),
        title: `Lesson ${lesson + 1}`,
        position: lesson + 1,
        required: this.isRequired(lesson),
      })),
      quizzes: [],
    }))
  }

  private text(name: string): string {
    const known = this.texts.get(name)
    if (known !== undefined) return known
    const text = uuidText(this.id(name))
    this.texts.set(name, text)
    return text
  }

  private id(name: string): Buffer {
    return uuidBytesOf(`${this.seed} ${this.shape.space} ${name}`)
  }
}

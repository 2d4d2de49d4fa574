import { uuidBytesOf } from '../measure/random'

/** Lessons of each course version, all of them required. */
export const LESSONS = 60
/** Lessons of an enrollment that have a row: the first of the version. */
export const LESSONS_WITH_ROW = 50
/** Lessons of an enrollment that are completed: the first of those with a row. */
export const LESSONS_COMPLETED = 30

const VERSIONS = 200
const ENROLLMENTS_PER_LEARNER = 5
/** Learners who send requests, at most: as many tokens as a service keeps verified. */
const SENDERS = 9_000
const BASE_TIME = Date.UTC(2024, 0, 1)
const MINUTE = 60_000

/**
 * The learners, courses and rows of a benchmark, every one fixed by its number and the seed. Enrollment `e` is learner
 * `e % learners` in a course version; lesson `l` of a version is item `l` of its rule.
 */
export class World {
  readonly enrollments: number
  readonly learners: number
  /** The learners that send requests: 0 to here. */
  readonly senders: number
  readonly versions = VERSIONS
  private readonly learnerIds: Buffer[] = []
  private readonly versionIds: Buffer[] = []
  private readonly lessonIds: Buffer[] = []

  constructor(
    readonly rows: number,
    readonly seed: number,
  ) {
    this.enrollments = Math.ceil(rows / LESSONS_WITH_ROW)
    // A small world has a learner per enrollment, so that no learner is so busy that the rate limit bites.
    this.learners = Math.max(Math.ceil(this.enrollments / ENROLLMENTS_PER_LEARNER), Math.min(this.enrollments, SENDERS))
    this.senders = Math.min(this.learners, SENDERS)
  }

  learnerOf(enrollment: number): number {
    return enrollment % this.learners
  }

  versionOf(enrollment: number): number {
    const nth = Math.floor(enrollment / this.learners)
    return (this.learnerOf(enrollment) + nth) % VERSIONS
  }

  /** Whether the enrollment's learner sends requests. */
  isSender(enrollment: number): boolean {
    return this.learnerOf(enrollment) < this.senders
  }

  learnerId(learner: number): Buffer {
    return (this.learnerIds[learner] ??= this.id(`learner ${learner}`))
  }

  versionId(version: number): Buffer {
    return (this.versionIds[version] ??= this.id(`version ${version}`))
  }

  courseId(version: number): Buffer {
    return this.id(`course ${version}`)
  }

  lessonId(version: number, lesson: number): Buffer {
    return (this.lessonIds[version * LESSONS + lesson] ??= this.id(`lesson ${version} ${lesson}`))
  }

  /** How far a lesson that was begun and not completed is: 1-97. */
  percentageOf(enrollment: number, lesson: number): number {
    return 1 + ((enrollment * 31 + lesson * 17) % 97)
  }

  /** Milliseconds since 1970 at which the enrollment worked in the lesson, in 2024. */
  timeOf(enrollment: number, lesson: number): number {
    return BASE_TIME + lesson * 24 * 60 * MINUTE + ((enrollment * 7_919) % (24 * 60 * MINUTE))
  }

  private id(name: string): Buffer {
    return uuidBytesOf(`${this.seed} ${name}`)
  }
}

import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { LESSONS, LESSONS_COMPLETED, LESSONS_WITH_ROW, type World } from './world'
import { CopyRows } from './copy-format'
import { uuidText } from '../measure/random'

export const LESSON_COLUMNS =
  'user_id, lesson_id, enrolled_course_version_id, status, progress_percentage, last_accessed_at, started_at, completed_at'
export const ENROLLMENT_COLUMNS = 'user_id, course_version_id, enrolled_at, revision, requested_at, done_items, progress_percentage'

const STATUS = { completed: Buffer.from('completed'), in_progress: Buffer.from('in_progress') }

/** A lesson that was touched once. */
export interface LessonRow {
  readonly userId: Buffer
  readonly lessonId: Buffer
  readonly versionId: Buffer
  /** Milliseconds since 1970. */
  readonly at: number
  /** 100 for one that is completed. */
  readonly percentage: number
}

export function addLessonRow(copy: CopyRows, { userId, lessonId, versionId, at, percentage }: LessonRow): void {
  const completed = percentage === 100
  copy.row(8)
  copy.bytes(userId)
  copy.bytes(lessonId)
  copy.bytes(versionId)
  copy.bytes(completed ? STATUS.completed : STATUS.in_progress)
  copy.float8(percentage)
  copy.timestamptz(at)
  copy.timestamptz(at)
  if (completed) copy.timestamptz(at)
  else copy.null()
}

/** A lesson of the world, as its learner left it. */
export function lessonRow(world: World, enrollment: number, lesson: number, percentage: number): LessonRow {
  const version = world.versionOf(enrollment)
  return {
    userId: world.learnerId(world.learnerOf(enrollment)),
    lessonId: world.lessonId(version, lesson),
    versionId: world.versionId(version),
    at: world.timeOf(enrollment, lesson),
    percentage,
  }
}

/** Every seeded lesson row, lesson by lesson, so that the rows of one enrollment lie apart as they would after months. */
export function* lessonChunks(world: World, onRows: (rows: number) => void): Generator<Buffer> {
  const copy = new CopyRows()
  for (let lesson = 0; lesson < LESSONS_WITH_ROW; lesson++) {
    for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
      const percentage = lesson < LESSONS_COMPLETED ? 100 : world.percentageOf(enrollment, lesson)
      addLessonRow(copy, lessonRow(world, enrollment, lesson, percentage))
      if (enrollment % 10_000 === 0) yield* copy.chunks()
    }
    onRows((lesson + 1) * world.enrollments)
  }
  yield* copy.end()
}

/** Every enrollment, active, with what its lesson rows add up to. */
export function* enrollmentChunks(world: World): Generator<Buffer> {
  const copy = new CopyRows()
  const done = Buffer.alloc(Math.ceil(LESSONS_COMPLETED / 8))
  for (let lesson = 0; lesson < LESSONS_COMPLETED; lesson++) done[lesson >> 3]! |= 1 << (lesson & 7)
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    const enrolledAt = world.timeOf(enrollment, 0)
    copy.row(7)
    copy.bytes(world.learnerId(world.learnerOf(enrollment)))
    copy.bytes(world.versionId(world.versionOf(enrollment)))
    copy.timestamptz(enrolledAt)
    copy.int8(enrolledAt * 1_000)
    copy.timestamptz(enrolledAt)
    copy.bytes(done)
    copy.int2(Math.floor((100 * LESSONS_COMPLETED) / LESSONS))
    if (enrollment % 10_000 === 0) yield* copy.chunks()
  }
  yield* copy.end()
}

/** The course versions, as they would be published. */
export function courseVersions(world: World): CourseVersionPublishedV1[] {
  return Array.from({ length: world.versions }, (_, version) => ({
    course_version_id: uuidText(world.versionId(version)),
    course_id: uuidText(world.courseId(version)),
    version: 1,
    title: `Course ${version + 1}`,
    published_at: '2023-12-01T00:00:00.000Z',
    lessons: Array.from({ length: LESSONS }, (_unused, lesson) => ({
      lesson_id: uuidText(world.lessonId(version, lesson)),
      title: `Lesson ${lesson + 1}`,
      position: lesson + 1,
      required: true,
    })),
    quizzes: [],
  }))
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { FILES } from './input/files'

/** A UUID that ends in the number; `first` is its first hex digit. */
export function uuid(number: number, first = '0'): string {
  return `${first}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

/** Ids of the lessons and quizzes of `courseVersion`. */
export const LESSON = { a: uuid(11), b: uuid(12), optional: uuid(13), x: uuid(14), y: uuid(15), z: uuid(16) }
export const QUIZ = { required: uuid(21), optional: uuid(22) }
export const VERSION_ID = uuid(1)

/** Two required lessons, an optional one, a required quiz that passes at 70 and an optional one; no electives. */
export function courseVersion(change: Partial<CourseVersionPublishedV1> = {}): CourseVersionPublishedV1 {
  const lesson = (lesson_id: string, position: number, required: boolean) => ({
    lesson_id,
    title: `Lesson ${position}`,
    position,
    required,
  })
  return {
    course_version_id: VERSION_ID,
    course_id: uuid(2),
    version: 1,
    title: 'A course',
    published_at: '2025-01-01T00:00:00.000Z',
    lessons: [lesson(LESSON.a, 0, true), lesson(LESSON.b, 1, true), lesson(LESSON.optional, 2, false)],
    quizzes: [
      { quiz_id: QUIZ.required, title: 'Quiz', required: true, pass_threshold_percentage: 70 },
      { quiz_id: QUIZ.optional, title: 'Warm-up', required: false, pass_threshold_percentage: 50 },
    ],
    credential: { enabled: true, credly_badge_template_id: uuid(3) },
    hr: { course_code: 'A-1' },
    ...change,
  }
}

/** The same with three elective lessons of which two must be done. */
export function withElectives(): CourseVersionPublishedV1 {
  const { lessons, ...rest } = courseVersion()
  const of = [LESSON.x, LESSON.y, LESSON.z]
  return {
    ...rest,
    lessons: [...lessons, ...of.map((lesson_id, i) => ({ lesson_id, title: `Elective ${i}`, position: 3 + i, required: false }))],
    electives: [{ choose: 2, of }],
  }
}

/** `hour` counts from 2025-01-10T00:00Z. */
export function time(hour: number): string {
  return new Date(Date.UTC(2025, 0, 10, hour)).toISOString()
}

export function lessonCompleted(user_id: string, lesson_id: string, hour = 1) {
  return { topic: 'lesson.completed', data: { user_id, course_version_id: VERSION_ID, lesson_id, completed_at: time(hour) } }
}

export function lessonProgressed(user_id: string, lesson_id: string, progress_percentage: number, hour = 1) {
  return {
    topic: 'lesson.progressed',
    data: { user_id, course_version_id: VERSION_ID, lesson_id, progress_percentage, occurred_at: time(hour) },
  }
}

export function quizAttempted(user_id: string, quiz_id: string, score: number, hour = 1, attempt_number = 1) {
  return {
    topic: 'quiz.attempted',
    data: { user_id, course_version_id: VERSION_ID, quiz_id, attempt_number, score, is_passed: true, completed_at: time(hour) },
  }
}

/** Everything that `courseVersion` needs, an hour apart from 1 o'clock. */
export function everything(user_id: string) {
  return [lessonCompleted(user_id, LESSON.a, 1), lessonCompleted(user_id, LESSON.b, 2), quizAttempted(user_id, QUIZ.required, 80, 3)]
}

/** A row of enrollments.csv without organisation, source and due date. */
export function row(user_id: string, action = 'enroll', hour = 0): string {
  return [user_id, VERSION_ID, action, '', '', '', time(hour)].join()
}

export interface InputFiles {
  readonly versions?: readonly unknown[] | string
  readonly rows?: readonly string[]
  readonly events?: readonly (object | string)[]
}

const HEADER = 'user_id,course_version_id,action,source_of_enrollment,org_id,due_at,requested_at'
const made: string[] = []

/** Writes a demo input into a new directory; texts are written as they are. */
export async function inputFiles({ versions = [courseVersion()], rows = [], events = [] }: InputFiles): Promise<string> {
  const dir = await newDirectory()
  await writeFile(join(dir, FILES.courseVersions), typeof versions === 'string' ? versions : JSON.stringify(versions))
  await writeFile(join(dir, FILES.enrollments), `${[HEADER, ...rows].join('\n')}\n`)
  await writeFile(join(dir, FILES.events), events.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
  return dir
}

export async function newDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'laurel-demo-'))
  made.push(dir)
  return dir
}

/** For `afterAll`. */
export async function removeInputFiles(): Promise<void> {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true })
}

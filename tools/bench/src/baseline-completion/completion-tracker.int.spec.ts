import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { CompletionTracker } from './completion-tracker'
import { plainDataSource } from './data-source'

const [user, version] = ['5f0c7c1e-0000-4000-8000-00000000000a', '5f0c7c1e-0000-4000-8000-00000000000b']
const lessonIds = ['1', '2', '3'].map((nth) => `5f0c7c1e-0000-4000-8000-00000000010${nth}`)
const lesson = (nth: number) => ({
  user_id: user,
  course_version_id: version,
  lesson_id: lessonIds[nth]!,
  completed_at: `2024-01-0${nth + 1}T00:00:00.000Z`,
})
/** Of progress's tables what the plain way touches; the third lesson is optional. */
const definition = { lessons: lessonIds.map((lesson_id, index) => ({ lesson_id, required: index < 2 })) }
const sql = `
  create table enrollments (user_id uuid, course_version_id uuid, status varchar, cycle int, progress_percentage smallint,
    updated_at timestamptz, primary key (user_id, course_version_id));
  create table lesson_progress (user_id uuid, lesson_id uuid, enrolled_course_version_id uuid, status varchar,
    progress_percentage double precision, last_accessed_at timestamptz, started_at timestamptz, completed_at timestamptz,
    primary key (user_id, lesson_id, enrolled_course_version_id));
  create table course_version (course_version_id uuid primary key, definition jsonb);
  insert into enrollments values ('${user}', '${version}', 'active', 1, 0, now());
  insert into course_version values ('${version}', '${JSON.stringify(definition)}')`

let database: TestDatabase
let plain: DataSource
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'progress', migrations: [{ name: '001-tables', sql }] })
  plain = await plainDataSource(database.adminUrl)
})
afterAll(async () => {
  await plain.destroy()
  await database.drop()
})

it('completes an enrollment with its last required lesson, and only once', async () => {
  const tracker = new CompletionTracker(plain)
  expect(await tracker.lessonCompleted(lesson(0))).toBeNull()
  expect(await tracker.lessonCompleted(lesson(1))).toEqual({
    user_id: user,
    course_version_id: version,
    completed_at: '2024-01-02T00:00:00.000Z',
  })
  expect(await tracker.lessonCompleted(lesson(1))).toBeNull()
  expect(await tracker.lessonCompleted(lesson(2))).toBeNull()
  await asAdmin(database.adminUrl, async (client) => {
    const { rows } = await client.query('select status, progress_percentage from progress.enrollments')
    expect(rows).toEqual([{ status: 'completed', progress_percentage: 100 }])
    expect((await client.query('select 1 from progress.lesson_progress')).rowCount).toBe(3)
  })
})

import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { uuidText } from '../measure/random'
import { World } from '../seed/world'
import { findLosses } from './read-back'

const world = new World(1_000, 1)
const [user, version] = [uuidText(world.learnerId(world.learnerOf(3))), uuidText(world.versionId(world.versionOf(3)))]
const lessonId = (lesson: number) => uuidText(world.lessonId(world.versionOf(3), lesson))
/** Of the published tables what the reading back looks at. */
const sql = `
  create table enrollments (user_id uuid, course_version_id uuid, done_items bytea, primary key (user_id, course_version_id));
  create table lesson_progress (user_id uuid, lesson_id uuid, enrolled_course_version_id uuid, progress_percentage double precision,
    completed_at timestamptz, primary key (user_id, lesson_id, enrolled_course_version_id))`

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'progress', migrations: [{ name: '001-tables', sql }] })
  await asAdmin(database.adminUrl, async (client) => {
    // Lessons 1 and 9 are done: bit 1 of each byte.
    await client.query(`insert into progress.enrollments values ($1, $2, '\\x0202')`, [user, version])
    const rows = [
      [1, 100, new Date(0)],
      [9, 100, new Date(0)],
      [2, 40, null],
      [3, 100, new Date(0)],
      [4, 100, null],
    ] as const
    for (const [lesson, percentage, completedAt] of rows) {
      await client.query('insert into progress.lesson_progress values ($1, $2, $3, $4, $5)', [
        user,
        lessonId(lesson),
        version,
        percentage,
        completedAt,
      ])
    }
  })
})
afterAll(() => database.drop())

const lossesOf = (...writes: [lesson: number, percentage: number][]) =>
  asAdmin(database.adminUrl, (client) =>
    findLosses(client, world, {
      answers: writes.length,
      enrollments: Uint32Array.from(writes, () => 3),
      lessons: Uint8Array.from(writes, ([lesson]) => lesson),
      percentages: Uint8Array.from(writes, ([, percentage]) => percentage),
    }),
  )

describe('findLosses', () => {
  it('finds nothing where every row is at least as far as what was acknowledged', async () => {
    expect(await lossesOf([1, 100], [9, 100], [9, 50], [2, 40], [2, 39], [3, 99])).toEqual({ rows: 0, marks: 0 })
  })

  it('finds a row that is missing, behind, or not completed', async () => {
    expect(await lossesOf([5, 1])).toEqual({ rows: 1, marks: 0 })
    expect(await lossesOf([2, 41])).toEqual({ rows: 1, marks: 0 })
    expect(await lossesOf([4, 100])).toMatchObject({ rows: 1 })
  })

  it('finds a completed lesson that the enrollment does not know, also beyond the end of its bitmap', async () => {
    expect(await lossesOf([3, 100])).toEqual({ rows: 0, marks: 1 })
    expect(await lossesOf([55, 100])).toEqual({ rows: 1, marks: 1 })
  })

  it('counts an enrollment that is gone with all its rows', async () => {
    await asAdmin(database.adminUrl, (client) => client.query('delete from progress.enrollments'))
    expect(await lossesOf([1, 100])).toEqual({ rows: 0, marks: 1 })
  })
})

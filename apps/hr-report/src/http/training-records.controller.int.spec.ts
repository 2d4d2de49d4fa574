import { randomUUID } from 'node:crypto'
import { transaction } from '@laurel/postgres'
import type { Caller } from '@laurel/service-shell'
import { courseCompletion, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { published } from '../published.fixture'
import { hrDatabase } from '../hr-report.module'
import { adoptCourseVersions, holdCourseVersions } from '../persistence/course-version-store'
import { addTrainingRecords } from '../persistence/training-record-store'
import { TrainingRecordsController } from './training-records.controller'

let database: TestDatabase
let controller: TrainingRecordsController
const version = published()
const [early, late, others] = [
  { ...courseCompletion({ ...version, completed_at: '2026-01-01T00:00:00.000Z' }), score: null, org_id: null },
  { ...courseCompletion({ completed_at: '2026-01-02T00:00:00.000Z' }), score: 50, org_id: null },
  { ...courseCompletion(version), score: null, org_id: null },
]
late.user_id = early.user_id

beforeAll(async () => {
  database = await createTestDatabase(hrDatabase)
  controller = new TrainingRecordsController(database.dataSource)
  await transaction(database.dataSource, async (tx) => {
    await adoptCourseVersions(tx, [{ ...version, course_code: 'FOOD-101', credit_hours: null, org_id: null }])
    await holdCourseVersions(tx, [late.course_version_id])
    await addTrainingRecords(tx, [early, late, others])
  })
})
afterAll(() => database.drop())

const caller = (userId: string, isAdmin = false): Caller => ({ userId, orgId: null, roles: [], isAdmin, isOrgAdmin: false })

it('shows a learner their own records, latest first, also while the course version has not arrived', async () => {
  const { items } = await controller.list({}, caller(early.user_id))
  expect(items).toMatchObject([
    { completion_id: late.completion_id, completed_at: late.completed_at, course_title: null, score: 50, pushed_at: null },
    { completion_id: early.completion_id, completed_at: early.completed_at, course_title: version.title, course_code: 'FOOD-101' },
  ])
})

it('shows them to nobody else but an administrator', async () => {
  const query = { user_id: early.user_id }
  await expect(controller.list(query, caller(others.user_id))).rejects.toMatchObject({ status: 403 })
  expect((await controller.list(query, caller(randomUUID(), true))).items).toHaveLength(2)
  expect((await controller.list(query, caller(early.user_id))).items).toHaveLength(2)
})

it('counts records', async () => {
  expect(await controller.stats()).toEqual({ records: 3, pushed: 0, waiting: 3 })
})

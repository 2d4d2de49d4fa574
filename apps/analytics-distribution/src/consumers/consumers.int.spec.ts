import { completionId, CourseCompletedV1, LessonCompletedV1, sourceOf, type EventDefinition } from '@laurel/contracts'
import { decode, messagingMigration, type Batch, type Received } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, eventRecord, type TestDatabase } from '@laurel/testing'
import { Identifiers } from '../domain/identifiers'
import type { Statement } from '../domain/statement'
import { analyticsMigration } from '../persistence/migrations/001-analytics'
import { oldestUnsent } from '../persistence/statement-store'
import { OnCourseCompleted } from './on-course-completed.consumer'
import { OnLessonCompleted } from './on-lesson-completed.consumer'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ schema: 'analytics', migrations: [messagingMigration, analyticsMigration] })
})
beforeEach(() => database.dataSource.query('truncate statement'))
afterAll(() => database.drop())

const names = new Identifiers('https://laurel.example/xapi', 'https://laurel.example')
const lessons = new OnLessonCompleted(names)
const courses = new OnCourseCompleted(names)
const lesson = LessonCompletedV1.samples[0]!
const course = CourseCompletedV1.samples[0]!
const recordTime = new Date('2026-06-01T00:00:00.000Z')

/** The event as the transport hands it over, under a ce_id of its own. */
function received<T>(definition: EventDefinition<T>, data: T, source = '/player'): Received<T> {
  const { key, value, headers = {} } = eventRecord(definition, data, { source })
  const record = {
    topic: definition.topic,
    partition: 0,
    offset: 0n,
    key: Buffer.from(key!),
    value: Buffer.from(value!),
    headers,
    recordTime,
  }
  const decoded = decode(record)
  if (!decoded.ok) throw new Error(decoded.reason)
  return decoded.message as Received<T>
}

const apply = <T>(consumer: { apply(batch: Batch<T>, context: { tx: never; topic: string }): Promise<void> }, ...batch: Received<T>[]) =>
  transaction(database.dataSource, (tx) => consumer.apply(batch, { tx: tx as never, topic: '' }))
const statements = async () =>
  (await transaction(database.dataSource, (tx) => oldestUnsent(tx, 100))).map(({ body }) => JSON.parse(body) as Statement)

it('makes one statement of a lesson that progress and another producer both tell of', async () => {
  await apply(lessons, received(LessonCompletedV1, lesson, sourceOf('progress')), received(LessonCompletedV1, lesson))
  await apply(lessons, received(LessonCompletedV1, { ...lesson, completed_at: '2026-02-01T00:00:00.000Z' }))
  expect((await statements()).map(({ timestamp }) => timestamp)).toEqual([lesson.completed_at])
})

it('dates a completion from the future to when it was told, as a statement must not lie in the future', async () => {
  await apply(lessons, received(LessonCompletedV1, { ...lesson, completed_at: '2030-01-01T00:00:00.000Z' }))
  expect((await statements()).map(({ timestamp }) => timestamp)).toEqual([recordTime.toISOString()])
})

it('makes one statement of each completion, so another for the next cycle', async () => {
  const next = { ...course, cycle: 2, completion_id: completionId({ ...course, cycle: 2 }) }
  await apply(courses, received(CourseCompletedV1, course), received(CourseCompletedV1, next), received(CourseCompletedV1, course))
  await apply(courses, received(CourseCompletedV1, next))
  const cycles = (await statements()).map(({ context }) => context.extensions!['https://laurel.example/xapi/extensions/cycle'])
  expect(cycles.toSorted()).toEqual([1, 2])
})

it('tells lessons and the course apart', async () => {
  await apply(lessons, received(LessonCompletedV1, lesson))
  await apply(courses, received(CourseCompletedV1, course))
  expect(await database.dataSource.query('select fact from statement order by fact')).toEqual([
    { fact: 'course.completed' },
    { fact: 'lesson.completed' },
  ])
})

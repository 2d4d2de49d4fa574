import {
  courseVersion,
  everything,
  inputFiles,
  LESSON,
  lessonCompleted,
  removeInputFiles,
  row,
  uuid,
  VERSION_ID,
} from '../input-files.fixture'
import { loadCohort } from '../model/cohort'
import { FakeProducer, type SentRecord } from './fake-producer.fixture'
import { KafkaFeed } from './kafka-feed'
import { KafkaHalf } from './kafka-half'
import { PublishedVersions } from './published-versions'

const [early, late, cancelled, byRest] = [uuid(101, '1'), uuid(102, '3'), uuid(103, '5'), uuid(104, '2')] as const
const other = courseVersion({ course_version_id: uuid(9) })

async function run() {
  const events = [
    ...everything(early),
    { topic: 'lesson.progressed', headers: {}, data: { user_id: early, course_version_id: VERSION_ID, progress_percentage: 101 } },
    { topic: 'lesson.completed', raw_base64: 'eyI=' },
    ...everything(late),
    ...everything(cancelled),
    ...everything(byRest),
  ]
  const rows = [row(early), row(late, 'enroll', 99), row(cancelled), row(cancelled, 'cancel', 2), row(byRest)]
  const cohort = await loadCohort(await inputFiles({ versions: [other, courseVersion()], rows, events }))
  const fake = new FakeProducer()
  const published = new PublishedVersions(cohort.versions.keys(), AbortSignal.timeout(10_000))
  let told = 0
  const half = new KafkaHalf({
    cohort,
    feed: new KafkaFeed(fake.producer),
    published,
    onSent: () => told++,
    signal: AbortSignal.timeout(10_000),
  })
  await half.run()
  const before = fake.sent.length
  await half.runHeld()
  return { cohort, half, sent: fake.sent.slice(0, before), held: fake.sent.slice(before), told, published }
}

const dataOf = ({ value }: SentRecord) => JSON.parse(value ?? 'null') as Record<string, unknown>
const isAbout = (user: string) => (record: SentRecord) => record.value?.includes(user) ?? false

afterAll(removeInputFiles)

it('sends each part where and when it belongs', async () => {
  const { sent } = await run()
  const at = (wanted: (record: SentRecord) => boolean) => sent.findIndex(wanted)
  const lastAt = (wanted: (record: SentRecord) => boolean) => sent.findLastIndex(wanted)
  const version = (id: string) => at(({ topic, key }) => topic === 'course-version.published' && key === id)
  const enroll = (user: string) => at((record) => record.topic === 'enrollment.requested' && isAbout(user)(record))

  expect(version(other.course_version_id)).toBe(0)
  expect(version(VERSION_ID)).toBeGreaterThan(at(({ topic }) => topic === 'lesson.completed'))
  expect(version(VERSION_ID)).toBeLessThan(at((record) => record.topic === 'quiz.attempted' && isAbout(late)(record)))
  expect(enroll(early)).toBeLessThan(at(({ topic }) => topic === 'lesson.completed'))
  expect(enroll(late)).toBeGreaterThan(lastAt((record) => record.topic === 'quiz.attempted' && isAbout(late)(record)))
  const cancel = at((record) => record.topic === 'enrollment.requested' && dataOf(record)['action'] === 'cancel')
  expect(cancel).toBe(sent.length - 1)
  expect(enroll(cancelled)).toBeLessThan(cancel)
})

it('holds back what comes after a cancellation and leaves REST learners out', async () => {
  const { sent, held, told } = await run()
  expect(
    sent.filter((record) => record.topic === 'lesson.completed' && isAbout(cancelled)(record)).map((record) => dataOf(record)['lesson_id']),
  ).toEqual([LESSON.a])
  expect(held.map((record) => dataOf(record)['lesson_id'] ?? record.topic)).toEqual([LESSON.b, 'quiz.attempted'])
  expect([...sent, ...held].some(isAbout(byRest))).toBe(false)
  expect(told).toBe(11)
})

it('writes keys, headers and times as a foreign producer', async () => {
  const { sent, cohort, published } = await run()
  const lesson = sent.find(({ topic }) => topic === 'lesson.completed')!
  expect(lesson.key).toBe(`${VERSION_ID}:${early}`)
  expect(dataOf(lesson)).toEqual(lessonCompleted(early, LESSON.a).data)
  expect(lesson.headers).toMatchObject({
    ce_specversion: '1.0',
    ce_source: '/player',
    ce_type: 'lesson.completed.v1',
    'content-type': 'application/json',
  })
  const known = cohort.cases.get(`${VERSION_ID}:${early}`)!
  expect(known.sentAt[known.rule.places.get(LESSON.a)!]).toBe(lesson.timestamp)
  expect(known.enrollSentAt).toBe(sent.find(({ topic }) => topic === 'enrollment.requested')!.timestamp)
  expect(await published.sentAt(VERSION_ID)).toBeGreaterThanOrEqual(lesson.timestamp)
})

it('sends malformed messages as they are and says where they lie', async () => {
  const { half, sent } = await run()
  expect(half.malformed).toMatchObject([
    { line: 4, topic: 'lesson.progressed', partition: 3, reason: 'header ce_specversion is missing' },
    { line: 5, topic: 'lesson.completed', partition: 3, reason: 'the value is not JSON' },
  ])
  const [first, second] = half.malformed.map(({ offset }) => sent[Number(offset)]!)
  expect(first).toMatchObject({ headers: {}, key: `${VERSION_ID}:${early}` })
  expect(second).toMatchObject({ value: '{"', key: null })
})

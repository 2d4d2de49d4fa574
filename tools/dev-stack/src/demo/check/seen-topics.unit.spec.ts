import { completionId, CourseCompletedV1, CredentialIssuedV1, EnrollmentChangedV1 } from '@laurel/contracts'
import { uuid } from '../input-files.fixture'
import { SeenTopics, type ReadRecord } from './seen-topics'

const learner = CourseCompletedV1.samples[0]!.user_id
const completed = { ...CourseCompletedV1.samples[0]!, cycle: 1 }
const key = CourseCompletedV1.key(completed)

let offset = 0n
const record = (topic: string, data: unknown, headers: Record<string, string> = {}): ReadRecord => ({
  topic,
  partition: 2,
  offset: offset++,
  headers,
  value: Buffer.from(JSON.stringify(data)),
  at: 1_000 + Number(offset),
})
const watching = () => new SeenTopics(new Set([learner]), (place) => place.offset < 10n)

it('counts a record that comes again with the same id as one', () => {
  const seen = watching()
  const first = record('course.completed', completed, { ce_id: 'a' })
  seen.take(first)
  seen.take(record('course.completed', completed, { ce_id: 'a' }))
  expect(seen.completions.get(key)).toMatchObject({ records: 2, at: first.at, data: completed })
  expect(seen.completions.get(key)?.ids.size).toBe(1)
})

it('tells another event id and another completion_id apart', () => {
  const seen = watching()
  const other = { ...completed, completion_id: completionId({ ...completed, cycle: 2 }) }
  for (const [data, ce_id] of [
    [completed, 'a'],
    [completed, 'b'],
    [other, 'a'],
  ] as const)
    seen.take(record('course.completed', data, { ce_id }))
  expect(seen.completions.get(key)?.ids.size).toBe(3)
})

it('tells credentials apart by certificate_uid', () => {
  const seen = watching()
  const issued = { ...CredentialIssuedV1.samples[0]!, user_id: learner }
  for (const certificate_uid of [uuid(1), uuid(1), uuid(2)]) seen.take(record('credential.issued', { ...issued, certificate_uid }))
  expect(seen.credentials.get(CredentialIssuedV1.key(issued))).toMatchObject({ records: 3, ids: new Set([uuid(1), uuid(2)]) })
})

it('leaves other learners out', () => {
  const seen = watching()
  seen.take(record('course.completed', { ...completed, user_id: uuid(9) }, { ce_id: 'a' }))
  expect(seen.completions.size).toBe(0)
})

it('knows where a cancelled status lies, and only that', () => {
  const seen = watching()
  const changed = { ...EnrollmentChangedV1.samples[0]!, user_id: learner }
  seen.take(record('enrollment.changed', { ...changed, status: 'active' }))
  expect(seen.cancellations.size).toBe(0)
  const cancelled = record('enrollment.changed', { ...changed, status: 'cancelled_by_user' })
  seen.take(cancelled)
  expect(seen.cancellations.get(EnrollmentChangedV1.key(changed))).toEqual({
    topic: 'enrollment.changed',
    partition: 2,
    offset: cancelled.offset,
  })
})

describe('dead letters', () => {
  const letter = (service: string, dl_offset: string, change: Record<string, string> = {}) =>
    record(`${service}.dead-letter`, null, {
      dl_topic: 'lesson.completed',
      dl_partition: '4',
      dl_offset,
      dl_reason: 'lesson_id is missing',
      ...change,
    })

  it('count once for several services', () => {
    const seen = watching()
    seen.take(letter('progress', '17'))
    seen.take(letter('completion-detection', '17'))
    expect([...seen.deadLetters]).toEqual([
      [
        'lesson.completed[4]@17',
        {
          place: { topic: 'lesson.completed', partition: 4, offset: 17n },
          reason: 'lesson_id is missing',
          topics: new Set(['progress.dead-letter', 'completion-detection.dead-letter']),
        },
      ],
    ])
  })

  it('of an earlier run do not count', () => {
    const seen = watching()
    seen.take(letter('progress', '9'))
    expect(seen.deadLetters.size).toBe(0)
  })

  it('without a place are a problem', () => {
    const seen = watching()
    seen.take(letter('progress', 'x'))
    expect(seen.problems).toEqual([expect.stringContaining('must have the headers dl_topic')])
  })
})

it('reports records that break their contract', () => {
  const seen = watching()
  seen.take(record('course.completed', { ...completed, completed_at: 'yesterday' }))
  seen.take({ ...record('credential.issued', null), value: null })
  expect(seen.problems).toEqual([
    expect.stringMatching(/course\.completed\[2]@\d+ breaks its contract: completed_at/),
    expect.stringContaining('credential.issued[2]'),
  ])
})

it('reads the topics that exist', () => {
  expect(SeenTopics.topicsAmong(['course.completed', 'lesson.completed', 'hr-report.dead-letter', 'enrollment.changed'])).toEqual([
    'course.completed',
    'hr-report.dead-letter',
    'enrollment.changed',
  ])
})

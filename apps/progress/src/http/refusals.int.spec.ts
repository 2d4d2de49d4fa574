import { randomUUID } from 'node:crypto'
import { Member } from '../consumers/member.fixture'
import { course, type Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal, report } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. No mistake of a client is answered with a 5xx. */
const api = new Api()
/** The same service's consumers, which bring course versions and what other services tell. */
let member: Member
let learner: Learner
let lesson: string
let quiz: string

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
  learner = await member.enroll(course({ required: 2, quizzes: [50] }))
  ;[lesson, quiz] = [learner.course.required[0]!, learner.course.quizzes[0]!]
})
afterAll(() => api.stop())

/** Nothing may be left behind by a request that was refused. */
afterEach(async () => {
  const removed = await Promise.all(
    ['lesson_progress', 'quiz_attempts'].map((table) => api.database.dataSource.query(`delete from ${table} returning 1`)),
  )
  expect(removed).toEqual([
    [[], 0],
    [[], 0],
  ])
})

const TIMES: [string, unknown][] = [
  ['a date alone', '2026-01-05'],
  ['no zone', '2026-01-05T00:00:00'],
  ['a day that does not exist', '2026-02-30T00:00:00Z'],
  ['a leap day of a common year', '2026-02-29T00:00:00.000+01:00'],
  ['a month that does not exist', '2026-13-01T00:00:00Z'],
  ['a time before 1970', '1969-12-31T23:59:59.999Z'],
  ['year 0', '0000-01-01T00:00:00Z'],
  ['text', 'now'],
  ['a number', 1_767_571_200_000],
  ['null', null],
]
const PERCENTAGES: [string, unknown][] = [
  ['101', 101],
  ['-1', -1],
  ['100.0001', 100.0001],
  ['a string', '50'],
  ['null', null],
  ['true', true],
  ['a list', [50]],
  ['an object', {}],
]
const IDS: [string, unknown][] = [
  ['text', 'x'],
  ['an empty text', ''],
  ['a UUID too long', `${randomUUID()}0`],
  ['a UUID in braces', `{${randomUUID()}}`],
  ['a NUL', `${randomUUID().slice(0, -1)}\u0000`],
  ['a number', 7],
  ['null', null],
  ['a list', [randomUUID()]],
]

describe('PATCH progress: 400 with the field', () => {
  it.each(IDS)('for %s as lesson_id', async (_, value) => {
    expect(refusal(await api.patch(learner, report(value)))).toEqual([400, ['lesson_id']])
    expect(refusal(await api.patch(learner, { items: [report(lesson), report(value)] }))).toEqual([400, ['items[1].lesson_id']])
  })

  it.each(PERCENTAGES)('for %s as progress_percentage', async (_, value) => {
    expect(refusal(await api.patch(learner, report(lesson, value)))).toEqual([400, ['progress_percentage']])
    expect(refusal(await api.patch(learner, { items: [report(lesson, value)] }))).toEqual([400, ['items[0].progress_percentage']])
  })

  it.each(TIMES)('for %s as occurred_at', async (_, value) => {
    expect(refusal(await api.patch(learner, report(lesson, 1, value)))).toEqual([400, ['occurred_at']])
    expect(refusal(await api.patch(learner, { items: [report(lesson), report(lesson, 1, value)] }))).toEqual([
      400,
      ['items[1].occurred_at'],
    ])
  })

  it.each<[string, unknown, string[]]>([
    ['no field at all', {}, ['lesson_id']],
    ['a percentage alone', { progress_percentage: 5 }, ['lesson_id']],
    ['a lesson alone', { lesson_id: randomUUID() }, ['progress_percentage']],
    ['both items and a single report', { ...report(randomUUID()), items: [report(randomUUID())] }, ['items']],
    ['items and a time beside them', { occurred_at: '2026-01-05T00:00:00Z', items: [report(randomUUID())] }, ['items']],
    ['no item', { items: [] }, ['items']],
    ['101 items', { items: Array.from({ length: 101 }, () => report(randomUUID())) }, ['items']],
    ['null as items', { items: null }, ['items']],
    ['text as items', { items: 'all' }, ['items']],
    ['an unknown field', { ...report(randomUUID()), user_id: randomUUID() }, ['user_id']],
    ['an unknown field of an item', { items: [{ ...report(randomUUID()), score: 1 }] }, ['items[0].score']],
  ])('for %s', async (_, body, fields) => {
    expect(refusal(await api.patch(learner, body))).toEqual([400, fields])
  })

  it.each([[[null]], [[7]], [['x']], [[[]]], [[[[]]]], [[true]], [{ length: 1, 0: {} }], [{ 0: null }]])(
    'for items that are no list of objects: %j',
    async (items) => {
      const [status, [field]] = refusal(await api.patch(learner, { items }))
      expect([status, field]).toEqual([400, 'items'])
      const [nested, [path]] = refusal(await api.patch(learner, { items: [report(lesson), [report(lesson)]] }))
      expect([nested, path]).toEqual([400, 'items'])
    },
  )

  it.each(['toString', 'valueOf', 'hasOwnProperty', 'then', 'toJSON', 'length', '0', ''])(
    'or another 4xx for a field named %p',
    async (name) => {
      const bodies = [
        { ...report(randomUUID()), [name]: 1 },
        { items: [{ ...report(randomUUID()), [name]: null }] },
        { [name]: { items: [] } },
      ]
      for (const body of bodies) {
        const { status } = await api.patch(learner, body)
        expect([400, 422]).toContain(status)
      }
    },
  )

  it('in the id', async () => {
    for (const id of ['x', `${learner.key.course_version_id}0`, '%00', '..%2f']) {
      expect(refusal(await api.patch(learner, report(lesson), id))).toEqual([400, ['id']])
      expect(refusal(await api.attempt(learner, { quiz_id: quiz, score: 1 }, id))).toEqual([400, ['id']])
    }
  })
})

describe('POST quiz-attempts: 400 with the field', () => {
  it.each(IDS)('for %s as quiz_id', async (_, value) => {
    expect(refusal(await api.attempt(learner, { quiz_id: value, score: 5 }))).toEqual([400, ['quiz_id']])
  })

  it.each(PERCENTAGES)('for %s as score', async (_, value) => {
    expect(refusal(await api.attempt(learner, { quiz_id: quiz, score: value }))).toEqual([400, ['score']])
  })

  it.each(TIMES)('for %s as started_at or completed_at', async (_, value) => {
    expect(refusal(await api.attempt(learner, { quiz_id: quiz, score: 5, started_at: value }))).toEqual([400, ['started_at']])
    expect(refusal(await api.attempt(learner, { quiz_id: quiz, score: 5, completed_at: value }))).toEqual([400, ['completed_at']])
  })

  it.each([0, -1, 1.5, 2_147_483_648, 1e300, '1', null, {}])('for %j as attempt_number', async (value) => {
    expect(refusal(await api.attempt(learner, { quiz_id: quiz, score: 5, attempt_number: value }))).toEqual([400, ['attempt_number']])
  })
})

describe('a body that is no JSON object', () => {
  it.each([
    ['malformed', '{"lesson_id":'],
    ['a NaN', '{"lesson_id":"x","progress_percentage":NaN}'],
    ['empty', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a number', '7'],
    ['a poisoned prototype', '{"__proto__":{"progress_percentage":5}}'],
    ['a poisoned constructor', '{"constructor":{"prototype":{"x":5}}}'],
  ])('is a 400 when it is %s', async (_, body) => {
    expect((await api.patch(learner, body)).status).toBe(400)
    expect((await api.attempt(learner, body)).status).toBe(400)
    expect((await api.enrollment(learner, body)).status).toBe(400)
  })

  it('is a 400 for a number beyond all numbers', async () => {
    expect(refusal(await api.patch(learner, `{"lesson_id":"${lesson}","progress_percentage":1e999}`))).toEqual([
      400,
      ['progress_percentage'],
    ])
  })

  it('is a 415 in another media type', async () => {
    const path = `/api/v1/courses/${learner.key.course_version_id}/progress`
    const answer = await api.call('PATCH', path, { sub: learner.userId }, 'lesson_id=x', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(answer.status).toBe(415)
  })

  it('is a 413 when it is too large', async () => {
    expect((await api.patch(learner, { ...report(lesson), padding: 'x'.repeat(1_100_000) })).status).toBe(413)
  })
})

describe('422 with the field', () => {
  it('for a lesson or quiz that is none of the version; nothing of the request is recorded', async () => {
    const stranger = randomUUID()
    expect(refusal(await api.patch(learner, report(stranger)))).toEqual([422, ['lesson_id']])
    expect(refusal(await api.patch(learner, report(quiz)))).toEqual([422, ['lesson_id']])
    expect(refusal(await api.patch(learner, { items: [report(lesson), report(stranger)] }))).toEqual([422, ['items[1].lesson_id']])
    expect(refusal(await api.attempt(learner, { quiz_id: lesson, score: 5 }))).toEqual([422, ['quiz_id']])
    const { body } = await api.patch(learner, report(stranger))
    expect(body.detail).toBe(`lesson_id ${stranger} is no lesson of this course version`)
  })
})

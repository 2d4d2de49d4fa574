import { randomUUID } from 'node:crypto'
import { EnrollmentChangedV1 } from '@laurel/contracts'
import { eventually } from '@laurel/testing'
import { Member, waitingForLocks } from '../consumers/member.fixture'
import { announced, at, course, Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, refusal } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
beforeAll(() => api.start(progressDatabase, startProgress))
afterAll(() => api.stop())

const changes = (learner: Learner) => announced(api.database.dataSource, learner, EnrollmentChangedV1.topic)
/** A learner who is nowhere yet, and a request of theirs. */
function fresh() {
  const learner = new Learner(course({ required: 1 }))
  const wish = (change: Record<string, unknown> = {}) => ({ course_version_id: learner.key.course_version_id, action: 'enroll', ...change })
  return { learner, wish }
}
const ask = (learner: Learner, key: string, body: unknown) =>
  api.call('POST', '/api/v1/enrollments', { sub: learner.userId }, body, { 'idempotency-key': key })

it('a repeat gets the first answer, though the enrollment has changed since, in any order of fields', async () => {
  const { learner, wish } = fresh()
  const body = wish({ requested_at: at(3), reason: 'x' })
  const first = await ask(learner, 'one', body)
  expect(first.status).toBe(201)
  await api.enrollment(learner, wish({ action: 'cancel', requested_at: at(4) }))
  const repeat = await ask(learner, 'one', Object.fromEntries(Object.entries(body).toReversed()))
  expect([repeat.status, repeat.body]).toEqual([first.status, first.body])
  expect(await changes(learner)).toHaveLength(2)
})

it('another body is refused: 422 with the header', async () => {
  const { learner, wish } = fresh()
  await ask(learner, 'one', wish())
  for (const other of [wish({ action: 'cancel' }), wish({ reason: 'x' }), wish({ course_version_id: randomUUID() })])
    expect(refusal(await ask(learner, 'one', other))).toEqual([422, ['Idempotency-Key']])
  expect(await changes(learner)).toHaveLength(1)
})

it('the first request is under way until it is committed: 409 with Retry-After', async () => {
  const { learner, wish } = fresh()
  await api.enrollment(learner, wish({ requested_at: at(1) }))
  const member = new Member(api.database.dataSource)
  const held = await member.hold((tx) => tx.query('select 1 from enrollments where user_id = $1 for update', [learner.userId]))
  const cancel = wish({ action: 'cancel' })
  const first = ask(learner, 'one', cancel)
  await eventually(async () => expect(await waitingForLocks(api.database)).toBe(1))
  const second = await ask(learner, 'one', cancel)
  expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1'])
  await held.commit()
  expect((await first).body).toMatchObject({ status: 'cancelled_by_user' })
  expect((await ask(learner, 'one', cancel)).body).toEqual((await first).body)
})

it('a refusal is not kept', async () => {
  const { learner, wish } = fresh()
  expect((await ask(learner, 'one', wish({ action: 'cancel' }))).status).toBe(404)
  await api.enrollment(learner, wish({ requested_at: at(1) }))
  expect((await ask(learner, 'one', wish({ action: 'cancel' }))).body).toMatchObject({ status: 'cancelled_by_user' })
})

it.each([
  ['an empty key', '', 400],
  ['a key of 256 characters', 'x'.repeat(256), 400],
  ['a key beyond ASCII', 'grün', 400],
  ['a key with a tab', 'a\tb', 400],
  ['a key in quotes', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', 201],
  ['a key of 255 characters', '~'.repeat(255), 201],
])('%s', async (_, key, status) => {
  const { learner, wish } = fresh()
  const answer = await ask(learner, key, wish())
  expect(answer.status).toBe(status)
  if (status === 400) expect(refusal(answer)).toEqual([400, ['Idempotency-Key']])
})

it('a body that is nested beyond measure is refused', async () => {
  const { learner } = fresh()
  const deep = `{"course_version_id": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  expect((await ask(learner, 'one', deep)).status).toBe(400)
})

it('is documented, with an example', async () => {
  const response = await fetch(`${api.service.url}/openapi.json`)
  const { paths } = (await response.json()) as { paths: Record<string, { post: { parameters: object[] } }> }
  expect(paths['/api/v1/enrollments']!.post.parameters).toMatchObject([
    { name: 'Idempotency-Key', in: 'header', required: false, schema: { maxLength: 255, example: expect.any(String) } },
  ])
})

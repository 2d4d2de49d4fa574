import { randomUUID } from 'node:crypto'
import { retryingTransaction } from '@laurel/postgres'
import { completionDatabase } from '../completion-detection.module'
import { Member } from '../consumers/member.fixture'
import { SWEEP } from '../domain/detection'
import { at } from '../events.fixture'
import { addCompletions, type StoredCompletion } from '../persistence/completion-store'
import { ADMIN, CompletionsApi, refusal } from './completions-api.fixture'

/** Real: the routes over HTTP, Postgres, tokens. */
const api = new CompletionsApi()
const [course, other] = [randomUUID(), randomUUID()]

/** Detected at second `n`, this many seconds after it was completed. */
function found(detectedBy: StoredCompletion['detectedBy'], n: number, lag: number, change: Partial<StoredCompletion> = {}) {
  const detectedAt = new Date(at(n))
  return {
    courseVersionId: course,
    userId: randomUUID(),
    cycle: 1,
    completionId: randomUUID(),
    courseId: randomUUID(),
    orgId: null,
    completedAt: detectedAt.getTime() - lag * 1_000,
    score: undefined,
    detectedBy,
    detectedFrom: null,
    detectedAt,
    reason: null,
    ruleHash: null,
    ...change,
  }
}

beforeAll(async () => {
  await api.start(completionDatabase, Member)
  await retryingTransaction(api.database.dataSource, (tx) =>
    addCompletions(tx, [
      found('events', 99, 1_000),
      ...Array.from({ length: 99 }, (_, n) => found('events', 100 + n, n)),
      found('events', 199, 0, { detectedFrom: SWEEP }),
      found('events', 200, 1_000, { courseVersionId: other }),
      found('webhook', 150, -60),
      found('checker', 150, 600),
      found('checker', 151, 800),
      found('manual', 150, 9_000),
    ]),
  )
})
afterAll(() => api.stop())

const read = async (query: string) => api.call('GET', `detections?${query}`, ADMIN)
const IN_STORY = `from=${at(100)}&to=${at(200)}`

it('counts what each source found, how late, and what events and webhooks missed', async () => {
  expect((await read(IN_STORY)).body).toEqual({
    from: at(100),
    to: at(200),
    course_version_id: null,
    detections: 104,
    missed: 3,
    detection_rate: 100 / 103,
    sources: [
      { detected_by: 'events', detections: 100, lag_p50_seconds: 48.5, lag_p99_seconds: 97.01, last_detected_at: at(200) },
      { detected_by: 'webhook', detections: 1, lag_p50_seconds: 0, lag_p99_seconds: 0, last_detected_at: at(150) },
      { detected_by: 'checker', detections: 2, lag_p50_seconds: 700, lag_p99_seconds: 798, last_detected_at: at(151) },
      { detected_by: 'manual', detections: 1, lag_p50_seconds: 9_000, lag_p99_seconds: 9_000, last_detected_at: at(150) },
    ],
  })
})

it('counts those of one course version alone', async () => {
  const { body } = await read(`from=${at(0)}&to=${at(900)}&course_version_id=${other.toUpperCase()}`)
  expect(body).toMatchObject({ course_version_id: other, detections: 1, missed: 0, detection_rate: 1 })
  expect(body['sources']).toMatchObject([
    { detections: 1, last_detected_at: at(200) },
    { detections: 0, lag_p50_seconds: null, lag_p99_seconds: null, last_detected_at: null },
    { detections: 0 },
    { detections: 0 },
  ])
})

it('looks at the last 24 hours unless told, and has no rate where nothing was found', async () => {
  const before = Date.now()
  const { body } = await read('')
  expect(body).toMatchObject({ detections: 0, missed: 0, detection_rate: null })
  const [from, to] = [body['from'], body['to']].map((time) => Date.parse(time as string)) as [number, number]
  expect(to - from).toBe(86_400_000)
  expect(to).toBeGreaterThanOrEqual(before)
})

it('refuses a query that is none of its own, naming the field', async () => {
  for (const [query, field] of [
    ['from=yesterday', 'from'],
    ['to=2026-01-05', 'to'],
    [`from=${at(1)}&to=${at(1)}`, 'from'],
    ['course_version_id=x', 'course_version_id'],
    ['user_id=x', 'user_id'],
    [`from=${at(1)}&from=${at(2)}`, 'from'],
  ] as const)
    expect([query, refusal(await read(query))]).toEqual([query, [400, [field]]])
})

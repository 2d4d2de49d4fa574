import type { CourseCompletedV1, CredentialIssuedV1 } from '@laurel/contracts'
import { everything, inputFiles, LESSON, QUIZ, removeInputFiles, row, uuid, VERSION_ID } from '../input-files.fixture'
import { loadCohort } from '../model/cohort'
import { expectationOf } from '../model/expectation'
import { percentiles, speedOf } from './latency'
import { SeenTopics, type Seen } from './seen-topics'

const learner = uuid(101, '1')
const key = `${VERSION_ID}:${learner}`

afterAll(removeInputFiles)

it.each([
  [[], { p50: null, p99: null }],
  [[7], { p50: 7, p99: 7 }],
  [[4, 1, 3, 2], { p50: 2, p99: 4 }],
  [Array.from({ length: 200 }, (_, i) => i + 1), { p50: 100, p99: 198 }],
])('takes percentiles by nearest rank', (values, expected) => {
  expect(percentiles(values)).toEqual(expected)
})

interface Times {
  items: [number, number, number]
  enrolled?: number
  published?: number
  completedAt: number
  credentialAt?: number
}

async function measured({ items, enrolled = 1_000, published = 1_000, completedAt, credentialAt }: Times) {
  const cohort = await loadCohort(await inputFiles({ rows: [row(learner)], events: everything(learner) }))
  const known = cohort.cases.get(key)!
  ;[LESSON.a, LESSON.b, QUIZ.required].forEach((id, i) => (known.sentAt[known.rule.places.get(id)!] = items[i]!))
  known.enrollSentAt = enrolled
  const seen = new SeenTopics(cohort.userIds, () => false)
  const at = <T>(time: number): Seen<T> => ({ ids: new Set(['a']), records: 1, at: time, data: {} as T })
  seen.completions.set(key, at<CourseCompletedV1>(completedAt))
  if (credentialAt !== undefined) seen.credentials.set(key, at<CredentialIssuedV1>(credentialAt))
  const expectation = expectationOf(cohort, { now: Date.parse('2025-06-01'), credentials: true })
  return speedOf({ cohort, expectation, seen, firstSentAt: 1_000, versionSentAt: new Map([[VERSION_ID, published]]) })
}

it('measures from the last event that was needed', async () => {
  const speed = await measured({ items: [2_000, 1_500, 1_800], completedAt: 2_030, credentialAt: 2_100 })
  expect(speed).toEqual({ toCompleted: { p50: 30, p99: 30 }, toCredential: { p50: 100, p99: 100 }, eventsPerSecond: 3 / 1.03 })
})

it('measures from a late enrollment or course version where the completion waited for that', async () => {
  expect((await measured({ items: [2_000, 1_500, 1_800], enrolled: 2_020, completedAt: 2_030 })).toCompleted.p50).toBe(10)
  expect((await measured({ items: [2_000, 1_500, 1_800], published: 2_025, completedAt: 2_030 })).toCompleted.p50).toBe(5)
})

it('is never negative', async () => {
  expect((await measured({ items: [2_000, 1_500, 1_800], completedAt: 1_990 })).toCompleted.p50).toBe(0)
})

it('measures nothing that was there before the run, or was not sent in it', async () => {
  const nothing = { toCompleted: { p50: null, p99: null }, toCredential: { p50: null, p99: null } }
  expect(await measured({ items: [2_000, 1_500, 1_800], completedAt: 900, credentialAt: 950 })).toEqual({
    ...nothing,
    eventsPerSecond: null,
  })
  expect(await measured({ items: [NaN, 1_500, 1_800], completedAt: 2_000, credentialAt: 2_100 })).toMatchObject(nothing)
})

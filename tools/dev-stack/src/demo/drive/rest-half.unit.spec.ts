import {
  everything,
  inputFiles,
  LESSON,
  lessonProgressed,
  QUIZ,
  removeInputFiles,
  row,
  time,
  uuid,
  VERSION_ID,
} from '../input-files.fixture'
import { loadCohort } from '../model/cohort'
import { HttpClient } from './http-client'
import { HttpServer, type Received, type Reply } from './http-server.fixture'
import { PublishedVersions } from './published-versions'
import { RestFeed } from './rest-feed'
import { RestHalf } from './rest-half'

/** One lesson a call; several a call; by Kafka. */
const [single, several, byKafka] = [uuid(101, '2').replace('20', '2f'), uuid(102, '2'), uuid(103, '1')] as const
const shape = { status: 'active', cycle: 1, percentage: 0, completed_lessons: 0, total_lessons: 3, items: [] }
const api = (path: string) => `/api/v1${path}`

let server: HttpServer
let http: HttpClient

async function run(o: { rows: string[]; events: object[]; answer?: (request: Received) => Reply | undefined }) {
  const cohort = await loadCohort(await inputFiles(o))
  server = new HttpServer((request) => {
    if (request.path === '/tokens') return { status: 200, body: { access_token: `token of ${(request.body as { sub: string }).sub}` } }
    return o.answer?.(request) ?? { status: request.method === 'POST' ? 201 : 200, body: shape }
  })
  const url = await server.start()
  const signal = AbortSignal.timeout(10_000)
  http = new HttpClient({ connections: 4, patienceMs: 0, signal })
  const published = new PublishedVersions(cohort.versions.keys(), signal)
  published.markSent(VERSION_ID, Date.now())
  const running = { url, pid: 1 }
  const stack = {
    kafka: { brokers: [] },
    postgres: { url: '' },
    services: { progress: running },
    sandbox: { ...running, smtp_port: 1 },
    tokens: { learner: '', admin: '' },
    databases: {},
  }
  let lines = 0
  const half = new RestHalf({ cohort, rest: new RestFeed(http, stack), published, onSent: (more) => (lines += more), signal })
  await half.run()
  const held = server.received.length
  await half.runHeld()
  const of = (user: string, from: readonly Received[]) => from.filter(({ headers }) => headers.authorization === `Bearer token of ${user}`)
  return {
    cohort,
    half,
    lines,
    before: (user: string) => of(user, server.received.slice(0, held)),
    after: (user: string) => of(user, server.received.slice(held)),
  }
}

afterEach(async () => {
  await http.close()
  await server.stop()
})
afterAll(removeInputFiles)

it('enrolls a learner, then sends lessons and quizzes one by one as the contract asks', async () => {
  const events = [...everything(single), lessonProgressed(single, LESSON.optional, 40, 5), ...everything(byKafka)]
  const { before, lines, cohort } = await run({ rows: [row(single), row(byKafka)], events })
  const calls = before(single).slice(2)
  expect(calls.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', api('/enrollments'), { user_id: single, course_version_id: VERSION_ID, action: 'enroll', requested_at: time(0) }],
    ['PATCH', api(`/courses/${VERSION_ID}/progress`), { lesson_id: LESSON.a, progress_percentage: 100, occurred_at: time(1) }],
    ['PATCH', api(`/courses/${VERSION_ID}/progress`), { lesson_id: LESSON.b, progress_percentage: 100, occurred_at: time(2) }],
    ['POST', api(`/courses/${VERSION_ID}/quiz-attempts`), { quiz_id: QUIZ.required, attempt_number: 1, score: 80, completed_at: time(3) }],
    ['PATCH', api(`/courses/${VERSION_ID}/progress`), { lesson_id: LESSON.optional, progress_percentage: 40, occurred_at: time(5) }],
  ])
  expect(lines).toBe(4)
  expect(before(byKafka)).toEqual([])
  const known = cohort.cases.get(`${VERSION_ID}:${single}`)!
  expect(known.enrollSentAt).not.toBeNaN()
  expect(known.rule.required.every((place) => !Number.isNaN(known.sentAt[place]))).toBe(true)
  expect(known.sentAt[known.rule.places.get(LESSON.optional)!]).toBeNaN()
})

it('sends several lessons in one call for some learners', async () => {
  const { before } = await run({ rows: [row(several)], events: everything(several) })
  const patches = before(several).filter(({ method }) => method === 'PATCH')
  expect(patches.map(({ body }) => body)).toEqual([
    {
      items: [
        { lesson_id: LESSON.a, progress_percentage: 100, occurred_at: time(1) },
        { lesson_id: LESSON.b, progress_percentage: 100, occurred_at: time(2) },
      ],
    },
  ])
})

it('waits while progress does not know the course version', async () => {
  let asked = 0
  const answer = ({ path }: Received) => (path === api('/enrollments') && ++asked <= 2 ? { status: 404 } : undefined)
  const { before, half } = await run({ rows: [row(single)], events: everything(single), answer })
  expect(half.refusals).toEqual([])
  expect(before(single).filter(({ method }) => method === 'PATCH')).toHaveLength(2)
})

it('sends what comes after a cancellation last, and takes 409 for it', async () => {
  const cancelled = { at: false }
  const answer = ({ path, body }: Received) => {
    if (path === api('/enrollments')) cancelled.at ||= (body as { action: string }).action === 'cancel'
    return cancelled.at && path.includes('/courses/') ? { status: 409 } : undefined
  }
  const { before, after, half, lines, cohort } = await run({
    rows: [row(single), row(single, 'cancel', 2)],
    events: everything(single),
    answer,
  })
  expect(before(single).at(-1)).toMatchObject({ path: api('/enrollments'), body: { action: 'cancel' } })
  expect(after(single).map(({ path }) => path)).toEqual([
    api(`/courses/${VERSION_ID}/progress`),
    api(`/courses/${VERSION_ID}/quiz-attempts`),
  ])
  expect([half.refusals, lines]).toEqual([[], 3])
  const known = cohort.cases.get(`${VERSION_ID}:${single}`)!
  expect(known.sentAt[known.rule.places.get(LESSON.b)!]).toBeNaN()
})

it('goes on after a refused call and tells of it', async () => {
  const answer = ({ method, body }: Received) =>
    method === 'PATCH' && (body as { lesson_id: string }).lesson_id === LESSON.a
      ? { status: 422, body: { detail: 'no such lesson' } }
      : undefined
  const { half, before } = await run({ rows: [row(single)], events: everything(single), answer })
  expect(half.refusals).toEqual([
    expect.stringMatching(new RegExp(`PATCH .* as learner ${single} answered 422 .*no such lesson.* to .*${LESSON.a}`)),
  ])
  expect(before(single).filter(({ path }) => path.endsWith('quiz-attempts'))).toHaveLength(1)
})

it('tells of a 409 for an enrollment that is not cancelled and of an answer without the promised shape', async () => {
  const answer = ({ method, body }: Received) => {
    if (method !== 'PATCH') return undefined
    return (body as { lesson_id: string }).lesson_id === LESSON.a ? { status: 409 } : { status: 200, body: { percentage: 10 } }
  }
  const { half } = await run({ rows: [row(single)], events: everything(single), answer })
  expect(half.refusals).toEqual([expect.stringContaining('answered 409'), expect.stringContaining('must answer {status, cycle')])
})

it('draws a new token when one is refused', async () => {
  let refused = false
  const answer = ({ method }: Received) => {
    if (method !== 'PATCH' || refused) return undefined
    refused = true
    return { status: 401 }
  }
  const { half } = await run({ rows: [row(single)], events: everything(single), answer })
  expect(half.refusals).toEqual([])
  expect(server.received.filter(({ path }) => path === '/tokens')).toHaveLength(2)
})

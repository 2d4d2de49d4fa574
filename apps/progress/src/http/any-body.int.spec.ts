import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Member } from '../consumers/member.fixture'
import { allAnnounced, at, course, type Learner } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, report } from './api.fixture'

/** Real: the service over HTTP, its database, its tokens. */
const api = new Api()
let learner: Learner

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  learner = await new Member(api.database.dataSource).enroll(course({ required: 2, quizzes: [50] }))
})
afterAll(() => api.stop())

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800',
    '',
    1e308,
    -0,
    0.1,
    2 ** 31,
    2 ** 53,
    [],
    [[]],
    {},
    null,
    at(1),
    '9999-12-31T23:59:59-01:00',
    '1970-01-01T00:00:00Z',
  ),
  fc.uuid(),
)
const name = fc.oneof(
  fc.constantFrom('items', 'occurred_at', 'attempt_number', 'started_at', 'due_at', 'org_id', 'user_id', 'then', 'toString', ''),
  fc.string(),
)

/** A good body, and what is put in place of one of its fields or beside them. */
const spoilt = fc.record({
  route: fc.constantFrom('progress', 'items', 'attempt', 'enrollment'),
  field: fc.option(fc.nat({ max: 5 })),
  name,
  value: odd,
})

function bodyOf({ route, field, name: beside, value }: { route: string; field: number | null; name: string; value: unknown }): object {
  const [lesson, quiz] = [learner.course.required[0]!, learner.course.quizzes[0]!]
  const good: Record<string, unknown> = {
    progress: report(lesson, 50, at(1)),
    items: report(lesson, 50, at(1)),
    attempt: { quiz_id: quiz, score: 60, attempt_number: 1, started_at: at(1), completed_at: at(2) },
    enrollment: {
      course_version_id: randomUUID(),
      action: 'enroll',
      source_of_enrollment: 'x',
      due_at: at(3),
      requested_at: at(4),
    },
  }[route]!
  const names = Object.keys(good)
  const body = { ...good, [field === null ? beside : names[field % names.length]!]: value }
  return route === 'items' ? { items: [good, body] } : body
}

it('is answered without a 5xx, whatever one of its fields is, and makes no event that breaks its contract', async () => {
  await fc.assert(
    fc.asyncProperty(spoilt, async (shape) => {
      const body = bodyOf(shape)
      const answers = { progress: api.patch, items: api.patch, attempt: api.attempt, enrollment: api.enrollment }
      const { status } = await answers[shape.route].call(api, learner, body)
      expect([200, 201, 400, 403, 404, 409, 422]).toContain(status)
    }),
    { seed: 20_260_105, numRuns: 1_500 },
  )
  expect((await allAnnounced(api.database.dataSource)).length).toBeGreaterThan(50)
})

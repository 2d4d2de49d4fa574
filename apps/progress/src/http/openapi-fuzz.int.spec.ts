import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import fc from 'fast-check'
import { Member } from '../consumers/member.fixture'
import { course, Learner, type Course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api } from './api.fixture'
import { fuzzRequest, type FuzzRequest } from './fuzz-request.fixture'
import { csvOf, History, importCsv, ndjsonOf } from './import.fixture'
import { OpenApi, type NamedOperation } from './openapi.fixture'
import { everyFault, shapes, type Known, type Shape } from './openapi-fuzz.fixture'
import { writeCursor } from './page'
import { sendRaw, type RawAnswer } from './raw-request.fixture'

/** Of requests at random. For a longer run: more of them, with another seed. */
const RUNS = 500
const SEED = 20_260_105
const SLOWEST = 60_000 + RUNS * 30

/** Real: the service over HTTP, its database, its tokens. The requests come from the document that it gives out. */
const api = new Api()
let openApi: OpenApi
let known: Known
let tokens: Record<'learner' | 'org_admin' | 'admin', string>

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  openApi = await OpenApi.of(api.service.url)
  const orgId = randomUUID()
  const taught = course({ required: 2, optional: 1, quizzes: [50] })
  const [learner, other, admin] = [new Learner(taught), new Learner(taught), new Learner(taught)]
  const member = new Member(api.database.dataSource)
  await member.take(CourseVersionPublishedV1, taught.version)
  await member.take(EnrollmentRequestedV1, ...[learner, other, admin].map((one) => one.request('enroll', 0, { org_id: orgId })))
  known = await knownOf(taught, [learner, other], orgId)
  tokens = {
    learner: await api.iam.token(learner.userId),
    org_admin: await api.iam.token(randomUUID(), { roles: ['org_admin'], org_id: orgId }),
    admin: await api.iam.token(admin.userId, { roles: ['admin'] }),
  }
})
afterAll(() => api.stop())

async function knownOf({ id, version, required, quizzes, ...taught }: Course, learners: readonly Learner[], orgId: string): Promise<Known> {
  const [erased, imported] = [randomUUID(), randomUUID()]
  const history = new History({ id, version, required, quizzes, ...taught })
  await importCsv(api, imported, csvOf([history.lesson(randomUUID())]))
  return {
    id: [id, id, id, version.course_id, randomUUID()],
    user_id: [...learners.map(({ userId }) => userId), erased],
    'DELETE /api/v1/learners/{user_id} user_id': [erased, randomUUID()],
    // Of another course, so that nobody loses their place in this one.
    course_version_id: [randomUUID(), randomUUID()],
    lesson_id: required,
    quiz_id: quizzes,
    org_id: [orgId, orgId, randomUUID()],
    import_id: [imported, randomUUID(), randomUUID()],
    'PUT /api/v1/imports/{import_id} import_id': [randomUUID(), imported, randomUUID()],
    'Idempotency-Key': ['one', 'two', 'three'],
    'GET /api/v1/courses cursor': [writeCursor('1767571200000000', id)],
    'GET /api/v1/courses/{id}/roster cursor': [writeCursor(id, learners[0]!.userId)],
    'GET /api/v1/imports/{import_id} cursor': [writeCursor('0')],
    'text/csv': [csvOf(history.whole()), csvOf([history.lesson(randomUUID())])],
    'application/x-ndjson': [ndjsonOf(history.whole()), ndjsonOf([history.lesson(randomUUID())])],
  }
}

const MALFORMED = [400, 413, 415]
/** What is malformed, or by one who may not ask at all, goes no further. */
const REFUSED = [400, 403, 413]
const TOO_DEEP = 'the body is nested too deeply'
const NO_ROUTE = 'there is no such resource, or not for this method'

/** What no document lists: that a path leads elsewhere, and that a body is refused where none is asked for. */
function isBeside({ requestBody }: NamedOperation, { fault }: Shape, { isAstray }: FuzzRequest, status: number, detail?: string): boolean {
  if (isAstray && (status === 414 || detail === NO_ROUTE)) return true
  return requestBody === undefined && (fault.kind === 'body' || fault.kind === 'type') && (status === 413 || status === 415)
}

/** What is wrong with an answer; empty when nothing is. */
function faultsOf(operation: NamedOperation, shape: Shape, request: FuzzRequest, { status, type, text }: RawAnswer): string[] {
  const body = JSON.parse(text) as { status?: number; detail?: string; errors?: { field: string }[] }
  if (isBeside(operation, shape, request, status, body.detail)) return []
  const media = operation.responses[status]?.content?.[type]
  if (status >= 500 || media === undefined) return [`${status} as ${type}: ${text}`]
  const misfit = openApi.misfit(media.schema, body)
  const isWrong = request.says !== null && openApi.misfit(request.says.schema, request.says.value) !== null
  const isNamed = (target: string) => (body.errors ?? []).some(({ field }) => topOf(field) === topOf(target))
  const mustName = status === 400 && !request.isPoisoned && body.detail !== TOO_DEEP ? request.target : null
  return [
    ...(misfit === null ? [] : [`the body does not fit its schema: ${misfit}`]),
    ...(status >= 400 && body.status !== status ? ['the body has another status'] : []),
    ...(shape.fault.kind === 'none' && MALFORMED.includes(status) ? [`a good request is refused: ${text}`] : []),
    ...(isWrong && !REFUSED.includes(status) ? [`what does not fit its schema is answered with ${status}: ${text}`] : []),
    ...(mustName === null || isNamed(mustName) ? [] : [`${mustName} is not named: ${text}`]),
  ]
}
const topOf = (field: string) => field.split(/[.[]/)[0]!

/** Sends a request. @throws when its answer is not as the document says */
async function check(shape: Shape): Promise<RawAnswer> {
  const operation = openApi.operations.find(({ name }) => name === shape.operation)!
  const request = fuzzRequest(openApi, operation, shape, `Bearer ${tokens[shape.caller as keyof typeof tokens]}`)
  const answer = await sendRaw(api.service.url, request)
  const faults = faultsOf(operation, shape, request, answer)
  if (faults.length > 0) throw new Error(`${request.method} ${request.path.slice(0, 300)}\n${faults.join('\n').slice(0, 2_000)}`)
  return answer
}

const failed = (shape: Shape) =>
  check(shape).then(
    () => [],
    (error: Error) => [`${JSON.stringify(shape)}\n${error.message}`],
  )

describe('answers as its document says, and never with a 5xx', () => {
  it(
    'whatever one parameter, field, header or body of a good request is',
    async () => {
      const found: string[] = []
      const every = everyFault(openApi, known, 'admin', SEED)
      for (const shape of every) found.push(...(await failed(shape)))
      expect(found.slice(0, 5)).toEqual([])
      expect(every.length).toBeGreaterThan(1_000)
    },
    SLOWEST,
  )

  it(
    'whoever asks whatever at random; good requests to every operation are among them',
    async () => {
      const seen = new Map<string, Set<number>>(openApi.operations.map(({ name }) => [name, new Set()]))
      const answers = async (shape: Shape) => {
        const { status } = await check(shape)
        seen.get(shape.operation)!.add(Math.floor(status / 100))
      }
      await fc.assert(fc.asyncProperty(shapes(openApi, known, Object.keys(tokens)), answers), { seed: SEED, numRuns: RUNS })
      expect([...seen].filter(([, classes]) => !classes.has(2) || !classes.has(4)).map(([name]) => name)).toEqual([])
    },
    SLOWEST,
  )
})

import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, CourseVersionPublishedV1, EnrollmentRequestedV1, LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { Member } from '../consumers/member.fixture'
import { at, course, Learner, type Course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { badTokens, callerOf, CALLERS, ORG, ROUTES, type Route, type State } from './access-matrix.fixture'
import { Api, type Answer, type Caller } from './api.fixture'
import { csvOf, importCsv } from './import.fixture'
import { OpenApi } from './openapi.fixture'

/** Real: the service over HTTP, its database, its tokens and key set. What Kafka brings is handed to the consumers. */
const api = new Api()
let openApi: OpenApi
let member: Member
let taught: Course
/** An import that is done, with an error about a learner. */
const importId = randomUUID()

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  openApi = await OpenApi.of(api.service.url)
  member = new Member(api.database.dataSource)
  taught = course({ required: 2, quizzes: [50] })
  await member.take(CourseVersionPublishedV1, taught.version)
  await importCsv(api, importId, csvOf([{ record: 'lesson', ...new Learner(taught).key, lesson_id: randomUUID() }]))
})
afterAll(() => api.stop())

/** A learner with something in each table: an attempt, a lesson done, an answer that is kept. */
async function victimWho(state: State): Promise<Learner> {
  const victim = new Learner(taught)
  await member.take(EnrollmentRequestedV1, victim.request('enroll', 0, { org_id: ORG }))
  await member.take(LessonCompletedV1, victim.lesson(taught.required[0]!))
  await member.take(QuizAttemptedV1, victim.attempt(taught.quizzes[0]!, 40))
  const repeat = { course_version_id: taught.id, action: 'enroll', requested_at: at(0) }
  await api.call('POST', '/api/v1/enrollments', { sub: victim.userId }, repeat, { 'idempotency-key': 'k' })
  if (state === 'completed') await member.take(CourseCompletedV1, victim.completion())
  if (state === 'cancelled') await member.take(EnrollmentRequestedV1, victim.request('cancel', 10))
  if (state === 'revoked') await member.take(EnrollmentRequestedV1, victim.request('revoke', 10))
  return victim
}

function ask({ operation, request }: Route, victim: Learner, caller: Caller): Promise<Answer> {
  const { path, query = {}, body, headers } = request(victim, importId)
  const [method] = operation.split(' ') as [Parameters<Api['call']>[0]]
  return api.call(method, `${path}?${new URLSearchParams(query).toString()}`, caller, body, headers)
}

/** What is in each table that the service's writer may read: the sum of its rows. */
async function contents(): Promise<Record<string, string>> {
  const query = (sql: string) => api.database.dataSource.query<{ name: string; sum: string }[]>(sql)
  const tables = await query(
    `select relname as name from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace and has_table_privilege(oid, 'select')`,
  )
  const sums = tables.map(({ name }) => `select '${name}' as name, md5(string_agg(t::text, e'\\n' order by t::text)) as sum from ${name} t`)
  return Object.fromEntries((await query(sums.join(' union all '))).map(({ name, sum }) => [name, sum]))
}

const label = ({ operation, of }: Route) => (of === undefined ? operation : `${operation} (${of})`)
const cells = ROUTES.flatMap((route) => CALLERS.map((name, n) => [label(route), name, route.gets[n]!, route] as const))

it('has every operation of the service', () => {
  expect([...new Set(ROUTES.map(({ operation }) => operation))].toSorted()).toEqual(openApi.operations.map(({ name }) => name).toSorted())
})

describe('a good token', () => {
  it.each(cells)('%s by %s: %s', async (_, name, gets, route) => {
    const victim = await victimWho(route.state ?? 'active')
    const caller = callerOf(name, victim)
    const before = await contents()
    const answer = await ask(route, victim, caller)
    const { status } = answer
    expect(status).toBe(gets === 'blind' ? 200 : gets)
    expect(documented(route.operation)).toContain(String(status))
    const isWritten = status < 400 && !route.operation.startsWith('GET')
    expect(changed(before, await contents()).length > 0).toBe(isWritten)
    if (status === 200 && route.shows) expect(route.shows(answer.body, victim)).toBe(gets !== 'blind')
    if (status >= 400 && name !== 'own') await tellsNothing(route, victim, answer, caller)
  })
})

describe('no good token', () => {
  it.each(ROUTES.map((route) => [label(route), route] as const))('%s: 401, and nothing changes', async (_, route) => {
    const victim = await victimWho(route.state ?? 'active')
    const before = await contents()
    const tokens = await badTokens(api, victim.userId)
    const answers = []
    for (const [name, caller] of tokens) {
      const { status, headers, body } = await ask(route, victim, caller)
      answers.push([name, status, headers.get('www-authenticate'), body.errors])
    }
    expect(answers).toEqual(tokens.map(([name, _caller, challenge]) => [name, 401, challenge, undefined]))
    expect(changed(before, await contents())).toEqual([])
  })
})

const documented = (operation: string) => Object.keys(openApi.operations.find(({ name }) => name === operation)!.responses)
const changed = (before: Record<string, string>, after: Record<string, string>) =>
  Object.keys(after).filter((table) => before[table] !== after[table])

/** The same is answered about a learner who is nowhere, and nothing that names the victim. */
async function tellsNothing(route: Route, victim: Learner, answer: Answer, caller: Caller): Promise<void> {
  const { status, body } = await ask(route, new Learner(taught), caller)
  expect({ status, body }).toEqual({ status: answer.status, body: answer.body })
  expect(JSON.stringify(body)).not.toContain(victim.userId)
}

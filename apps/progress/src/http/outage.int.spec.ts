import { asAdmin, eventually } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, report } from './api.fixture'

/** Real: the service over HTTP and its database, which goes away and comes back. */
const api = new Api()
/** The same service's consumers, which bring course versions and what other services tell. */
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

/** Work on a server whose database takes no connections and has ended those it had. */
async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  const name = new URL(api.database.adminUrl).pathname.slice(1)
  const server = new URL(api.database.adminUrl)
  server.pathname = '/postgres'
  await asAdmin(server.toString(), async (admin) => {
    await admin.query(`alter database ${name} with allow_connections false`)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await work().finally(() => admin.query(`alter database ${name} with allow_connections true`))
  })
}

it('answers 503 with Retry-After while the database is away, and goes on when it is back', async () => {
  const learner = await member.enroll(course({ required: 1, quizzes: [50] }))
  const [lesson, quiz] = [learner.course.required[0], learner.course.quizzes[0]]
  const requests = () =>
    Promise.all([
      api.patch(learner, report(lesson)),
      api.read(learner),
      api.attempt(learner, { quiz_id: quiz, score: 60, attempt_number: 1 }),
      api.enrollment(learner, { course_version_id: learner.key.course_version_id, action: 'enroll' }),
    ])
  await withoutDatabase(async () => {
    for (const { status, headers } of [...(await requests()), ...(await requests())]) {
      expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    }
    const ready = await fetch(`${api.service.url}/readyz`)
    expect(ready.status).toBe(503)
    await ready.text()
    expect((await fetch(`${api.service.url}/livez`)).status).toBe(200)
  })
  await eventually(async () => expect((await requests()).map(({ status }) => status)).toEqual([200, 200, 201, 201]))
  expect((await api.read(learner)).body).toMatchObject({ percentage: 100 })
})

it('answers 503 when the connection ends in the middle of a request, which has then done nothing', async () => {
  const learner = await member.enroll(course({ required: 1 }))
  const lock = await member.hold((tx) => tx.query('lock table lesson_progress in access exclusive mode'))
  const answer = api.patch(learner, report(learner.course.required[0]))
  await asAdmin(api.database.adminUrl, (admin) =>
    eventually(async () => {
      const { rowCount } = await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      expect(rowCount).toBe(1)
    }),
  )
  expect((await answer).status).toBe(503)
  await lock.commit()
  expect((await api.read(learner)).body).toMatchObject({ percentage: 0, items: [{ status: 'not_started' }] })
})

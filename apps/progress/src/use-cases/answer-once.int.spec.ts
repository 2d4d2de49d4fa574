import { randomUUID } from 'node:crypto'
import { query, transaction, type Tx } from '@laurel/postgres'
import { Problem, type Caller } from '@laurel/service-shell'
import { asAdmin, createTestDatabase, type TestDatabase } from '@laurel/testing'
import { CallerDatabase } from '../persistence/caller-database'
import { progressDatabase } from '../progress.module'
import { answerOnce } from './answer-once'

/** Real: Postgres, and the callers' connections to it, in their role. */
let database: TestDatabase
let callers: CallerDatabase

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  callers = new CallerDatabase(await database.as('progress_caller'))
})
afterAll(() => database.drop())

const [BODY, OTHER_BODY] = ['ab'.repeat(32), 'cd'.repeat(32)]
const caller = (userId = randomUUID()): Caller => ({ userId, orgId: null, roles: [], isAdmin: false, isOrgAdmin: false })
const rows = () =>
  database.dataSource.query<{ user_id: string; key: string; response: unknown }[]>(
    'select user_id, key, response from idempotency_key order by created_at',
  )

/** What a request does: a row that can be counted. Answers with how many of them the caller has made. */
const work =
  (tx: Tx, { userId }: Caller) =>
  async () => {
    await query(tx, { text: 'insert into enrollments (user_id, course_version_id, revision) values ($1, gen_random_uuid(), 1)' }, [userId])
    return { effects: await effects(userId, tx) }
  }
async function effects(userId: string, tx: Tx | null = null): Promise<number> {
  const text = 'select count(*)::int as n from enrollments where user_id = $1'
  const [row] = tx ? await query<{ n: number }>(tx, { text }, [userId]) : await database.dataSource.query<{ n: number }[]>(text, [userId])
  return row!.n
}
const ask = (by: Caller, key: string | undefined, fingerprint = BODY) =>
  callers.run(by, (tx) => answerOnce(tx, { userId: by.userId, key, fingerprint }, work(tx, by)))
const problem = async (answer: Promise<unknown>) => {
  const error: unknown = await answer.then(
    (body) => `answered ${JSON.stringify(body)}`,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Problem)) throw new Error(`no Problem: ${String(error)}`)
  return { status: error.getStatus(), headers: error.headers, errors: error.body.errors }
}
/** The rows of a caller, as if their answers had been given that long ago. */
const age = (by: Caller, interval: string) =>
  database.dataSource.query(`update idempotency_key set created_at = now() - $2::interval where user_id = $1`, [by.userId, interval])

it('takes effect once, and answers every repeat the same', async () => {
  const by = caller()
  for (let n = 0; n < 3; n++) expect(await ask(by, 'key')).toEqual({ effects: 1 })
  expect(await effects(by.userId)).toBe(1)
  expect(await ask(by, 'another key')).toEqual({ effects: 2 })
})

it('takes effect each time without a key, and keeps nothing', async () => {
  const by = caller()
  await ask(by, undefined)
  expect(await ask(by, undefined)).toEqual({ effects: 2 })
  expect((await rows()).filter(({ user_id }) => user_id === by.userId)).toEqual([])
})

it('refuses another request under the same key, naming the header', async () => {
  const by = caller()
  await ask(by, 'key')
  expect(await problem(ask(by, 'key', OTHER_BODY))).toMatchObject({ status: 422, errors: [{ field: 'Idempotency-Key' }] })
  expect(await effects(by.userId)).toBe(1)
  expect(await ask(by, 'key')).toEqual({ effects: 1 })
})

it('refuses a repeat while the first is under way, at once, whatever its body; then it has the answer', async () => {
  const by = caller()
  const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const first = callers.run(by, (tx) =>
    answerOnce(tx, { userId: by.userId, key: 'key', fingerprint: BODY }, async () => {
      const answer = await work(tx, by)()
      begun.resolve()
      await released.promise
      return answer
    }),
  )
  await begun.promise
  for (const fingerprint of [BODY, OTHER_BODY])
    expect(await problem(ask(by, 'key', fingerprint))).toMatchObject({ status: 409, headers: { 'retry-after': '1' } })
  expect(await ask(caller(), 'key')).toEqual({ effects: 1 })
  expect(await ask(by, 'another key')).toEqual({ effects: 1 })
  released.resolve()
  expect(await first).toEqual({ effects: 1 })
  expect(await ask(by, 'key')).toEqual({ effects: 1 })
  expect(await effects(by.userId)).toBe(2)
})

it('knows nothing of what other callers named the same, whatever row-level security shows of theirs', async () => {
  const [one, other] = [caller(), caller()]
  const askAsWriter = (by: Caller, fingerprint: string) =>
    transaction(database.dataSource, (tx) => answerOnce(tx, { userId: by.userId, key: 'key', fingerprint }, work(tx, by)))
  await askAsWriter(one, BODY)
  expect(await askAsWriter(other, OTHER_BODY)).toEqual({ effects: 1 })
  expect(await ask(one, 'key')).toEqual({ effects: 1 })
  expect(await ask(other, 'key', OTHER_BODY)).toEqual({ effects: 1 })
})

describe('keeps nothing, so that the request can be made again,', () => {
  it('when it fails', async () => {
    const by = caller()
    const refused = callers.run(by, (tx) =>
      answerOnce(tx, { userId: by.userId, key: 'key', fingerprint: BODY }, async () => {
        await work(tx, by)()
        throw Problem.conflict('no')
      }),
    )
    expect(await problem(refused)).toMatchObject({ status: 409, headers: {} })
    expect(await effects(by.userId)).toBe(0)
    expect(await ask(by, 'key', OTHER_BODY)).toEqual({ effects: 1 })
  })

  it('when the connection is lost before the commit', async () => {
    const by = caller()
    const lost = callers.run(by, async (tx) => {
      await answerOnce(tx, { userId: by.userId, key: 'key', fingerprint: BODY }, work(tx, by))
      const [row] = await query<{ pid: number }>(tx, { text: 'select pg_backend_pid() as pid' })
      await asAdmin(database.adminUrl, (admin) => admin.query('select pg_terminate_backend($1, 5000)', [row!.pid]))
    })
    await expect(lost).rejects.toThrow()
    expect(await effects(by.userId)).toBe(0)
    expect(await ask(by, 'key', OTHER_BODY)).toEqual({ effects: 1 })
  })
})

describe('after a day', () => {
  it('forgets the answer, and keeps the next one', async () => {
    const by = caller()
    await ask(by, 'key')
    await age(by, '23 hours 59 minutes')
    expect(await ask(by, 'key')).toEqual({ effects: 1 })
    await age(by, '24 hours 1 minute')
    expect(await ask(by, 'key', OTHER_BODY)).toEqual({ effects: 2 })
    expect(await ask(by, 'key', OTHER_BODY)).toEqual({ effects: 2 })
  })

  it('a few of the forgotten answers, of any caller, are removed with each new one, the oldest first', async () => {
    await database.dataSource.query('delete from idempotency_key')
    const [old, older, fresh] = [caller(), caller(), caller()]
    for (const by of [old, older]) for (const key of ['1', '2', '3', '4']) await ask(by, key)
    await ask(fresh, 'key')
    await age(old, '25 hours')
    await age(older, '26 hours')
    await ask(fresh, 'next')
    const left = await rows()
    expect(left.filter(({ user_id }) => user_id === older.userId)).toEqual([])
    expect(left.filter(({ user_id }) => user_id === old.userId)).toHaveLength(3)
    await ask(fresh, 'last')
    expect((await rows()).map(({ user_id, key }) => [user_id, key])).toEqual(['key', 'next', 'last'].map((key) => [fresh.userId, key]))
  })
})

import { createTestDatabase, eventually, type TestDatabase } from '@laurel/testing'
import type { QueryRunner } from 'typeorm'
import { trySessionLock, type SessionLock } from './session-lock'
import { query, type Tx } from './transaction'

describe('trySessionLock', () => {
  let database: TestDatabase
  const runners: QueryRunner[] = []
  const locks: (SessionLock | null)[] = []

  beforeAll(async () => {
    database = await createTestDatabase({ schema: 'locks', migrations: [] })
  })
  afterEach(async () => {
    for (const lock of locks.splice(0)) await lock?.release()
    await Promise.all(runners.splice(0).map((runner) => runner.release()))
  })
  afterAll(() => database.drop())

  const connection = async () => {
    const runner = database.dataSource.createQueryRunner()
    runners.push(runner)
    await runner.connect()
    return runner.manager
  }
  const tryLock = async (tx: Tx, name: string, idleMs?: number) => {
    const lock = await trySessionLock(tx, name, idleMs)
    locks.push(lock)
    return lock
  }
  const idleTimeout = async (tx: Tx) =>
    (await query<{ idle: string }>(tx, { text: "select current_setting('idle_session_timeout') as idle" }))[0]!.idle

  it('is held by one connection, until that lets go', async () => {
    const [one, other] = [await connection(), await connection()]
    const held = await tryLock(one, 'work')
    expect(held).not.toBeNull()
    expect(await tryLock(other, 'work')).toBeNull()
    expect(await tryLock(other, 'other work')).not.toBeNull()
    await held!.release()
    expect(await tryLock(other, 'work')).not.toBeNull()
  })

  it('leaves the connection as it was', async () => {
    const one = await connection()
    const held = await tryLock(one, 'work', 7_000)
    expect(await idleTimeout(one)).toBe('7s')
    await held!.release()
    expect(await idleTimeout(one)).toBe('0')
  })

  it('is kept by a connection that has nothing to say', async () => {
    const [one, other] = [await connection(), await connection()]
    const [holder] = await query<{ pid: number }>(one, { text: 'select pg_backend_pid() as pid' })
    expect(await tryLock(one, 'work', 1_500)).not.toBeNull()
    const talkedLater = `select pid from pg_stat_activity where pid = $1 and query_start > backend_start + interval '2500 ms'`
    await eventually(async () => expect(await query(other, { text: talkedLater }, [holder!.pid])).toHaveLength(1))
    expect(await tryLock(other, 'work')).toBeNull()
  })

  it('is lost by a process that stands still', async () => {
    const [one, other] = [await connection(), await connection()]
    expect(await tryLock(one, 'work', 400)).not.toBeNull()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200)
    await eventually(async () => expect(await tryLock(other, 'work')).not.toBeNull())
    await expect(query(one, { text: 'select 1' })).rejects.toThrow()
  })
})

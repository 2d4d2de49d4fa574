import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import { createDataSource, isDatabaseUnavailable, query, transaction } from './index'

/** A way to the server on which, from a moment on, nothing passes: connections stay open. */
class DeadEnd {
  isDead = false
  private readonly sockets: Socket[] = []
  private readonly server: Server

  constructor(target: URL) {
    this.server = createServer((client) => {
      const server = connect({ host: target.hostname, port: Number(target.port) })
      const isOld = !this.isDead
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.sockets.push(from)
        from.on('error', () => undefined)
        from.on('data', (bytes) => void (this.isDead && isOld ? undefined : to.write(bytes)))
        from.on('close', () => to.destroy())
      }
    })
  }

  async open(): Promise<number> {
    this.server.listen({ host: '127.0.0.1', port: 0 })
    await once(this.server, 'listening')
    return (this.server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

describe('a connection over which nothing passes any more', () => {
  let database: TestDatabase
  let way: DeadEnd
  let dataSource: DataSource
  beforeAll(async () => {
    database = await createTestDatabase({ schema: 'probe', migrations: [] })
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    way = new DeadEnd(new URL(database.url))
    const url = new URL(database.url)
    url.port = String(await way.open())
    dataSource = createDataSource({ url: url.toString(), schema: 'probe', applicationName: 'probe', poolSize: 1, migrations: [] })
    await dataSource.initialize()
  })
  afterEach(async () => {
    await dataSource.destroy()
    await way.close()
  })

  const answer = () => transaction(dataSource, (tx) => query<{ one: number }>(tx, { text: 'select 1 as one' }))

  it('is given up, as a database that is away, and replaced', async () => {
    await answer()
    way.isDead = true
    const error = await answer().catch((reason: unknown) => reason)
    expect(isDatabaseUnavailable(error)).toBe(true)
    expect(await answer()).toEqual([{ one: 1 }])
  }, 20_000)

  it('is kept while the server works on a statement, however long', async () => {
    const before = await transaction(dataSource, (tx) => query(tx, { text: 'select pg_backend_pid() as pid, pg_sleep(4)' }))
    const after = await transaction(dataSource, (tx) => query(tx, { text: 'select pg_backend_pid() as pid, pg_sleep(0)' }))
    expect(before).toEqual(after)
  }, 20_000)

  it('has a server that finds out soon when this host is gone', async () => {
    const [row] = await transaction(dataSource, (tx) => query(tx, { text: "select current_setting('tcp_keepalives_idle')::int as idle" }))
    expect(row).toEqual({ idle: 5 })
  })
})

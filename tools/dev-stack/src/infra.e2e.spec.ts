import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createKafka } from '@laurel/messaging'
import { eventually } from '@laurel/testing'
import { Client } from 'pg'
import { childEnvironment } from './config'
import { startInfra, type Infra } from './infra'
import { REPOSITORY } from './paths'
import { removePostgresData } from './postgres/start-postgres'
import { identify, type ProcessIdentity } from './process/identity'

const MINUTE = 60_000

/** A process of its own that starts the same infrastructure, says so, and stays until it is killed. */
const STARTER = `
  const { startInfra } = require(${JSON.stringify(join(REPOSITORY, 'tools', 'dev-stack', 'dist', 'index.js'))})
  startInfra({ dir: process.argv[1], fresh: false, ports: 'ephemeral' }).then(() => console.log('up'))
`

describe('Kafka and Postgres of a directory', () => {
  const dir = mkdtempSync(join(tmpdir(), 'laurel-infra-'))
  let infra: Infra | undefined
  const start = async (fresh: boolean): Promise<Infra> => (infra = await startInfra({ dir, fresh, ports: 'ephemeral' }))
  const stop = async () => {
    await infra?.stop()
    infra = undefined
  }
  afterAll(async () => {
    await stop()
    removePostgresData(dir)
    rmSync(dir, { recursive: true, force: true })
  }, MINUTE)

  const sql = async (url: string, text: string): Promise<unknown[]> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }
  const topics = async ({ kafka }: Infra): Promise<string[]> => {
    const admin = createKafka({ brokers: [...kafka.brokers], clientId: 'infra-spec' }).admin()
    await admin.connect()
    try {
      return (await admin.listTopics()).filter((name) => !name.startsWith('__'))
    } finally {
      await admin.disconnect()
    }
  }
  const createTopic = async ({ kafka }: Infra, topic: string): Promise<void> => {
    const admin = createKafka({ brokers: [...kafka.brokers], clientId: 'infra-spec' }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
    await admin.disconnect()
  }
  const recorded = () => JSON.parse(readFileSync(join(dir, 'pids.json'), 'utf8')) as (ProcessIdentity & { name: string })[]

  it(
    'start empty, and stop without a process left',
    async () => {
      const up = await start(true)
      await sql(up.postgres.url, 'create table kept (n int); insert into kept values (1)')
      await createTopic(up, 'kept')
      const processes = recorded()
      expect(processes.map(({ name }) => name).toSorted()).toEqual(['kafka', 'postgres'])
      await stop()
      expect(processes.map(({ pid }) => identify(pid))).toEqual([undefined, undefined])
      expect(recorded()).toEqual([])
    },
    2 * MINUTE,
  )

  it(
    'are started again at the same address when they are killed',
    async () => {
      const up = await start(false)
      for (const name of ['kafka', 'postgres'] as const) {
        const process = up.processes[name]!
        const before = process.pid
        process.kill('SIGKILL')
        await eventually(() => expect(process.pid).not.toBe(before), MINUTE)
      }
      await eventually(async () => expect(await sql(up.postgres.url, 'select n from kept')).toEqual([{ n: 1 }]), MINUTE)
      await eventually(async () => expect(await topics(up)).toEqual(['kept']), MINUTE)
      await stop()
    },
    3 * MINUTE,
  )

  it(
    'start again with their data after a SIGKILL of everything',
    async () => {
      const starter = spawn(process.execPath, ['-e', STARTER, dir], {
        env: childEnvironment({ NODE_OPTIONS: '' }),
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise((resolve) => starter.stdout.once('data', resolve))
      const processes = recorded()
      expect(processes).toHaveLength(2)
      const ended = new Promise((resolve) => starter.once('exit', resolve))
      starter.kill('SIGKILL')
      // The kernel takes its time over a process of that size, and the directory is in use until then.
      await ended
      // One is killed too, the other is left running: both must be out of the way.
      process.kill(processes.find(({ name }) => name === 'postgres')!.pid, 'SIGKILL')

      const up = await start(false)
      expect(await sql(up.postgres.url, 'select n from kept')).toEqual([{ n: 1 }])
      expect(await topics(up)).toEqual(['kept'])
      for (const { pid, started } of processes) expect(identify(pid)?.started).not.toBe(started)
      await stop()
    },
    3 * MINUTE,
  )

  it(
    'wipe their data when asked to',
    async () => {
      const up = await start(true)
      expect(await sql(up.postgres.url, `select 1 from pg_tables where tablename = 'kept'`)).toEqual([])
      expect(await topics(up)).toEqual([])
    },
    2 * MINUTE,
  )

  it(
    'name the three ways to have Kafka where there is none',
    async () => {
      const main = join(REPOSITORY, 'tools', 'dev-stack', 'dist', 'main.js')
      const elsewhere = mkdtempSync(join(tmpdir(), 'laurel-nothing-'))
      // A PATH with neither docker nor java in it.
      const env = childEnvironment({ PATH: elsewhere, LAUREL_DIR: elsewhere, NODE_OPTIONS: '' })
      const failed = await promisify(execFile)(process.execPath, [main, 'stack'], { env }).then(
        () => undefined,
        (error: { code: number; stdout: string }) => error,
      )
      expect(failed).toMatchObject({ code: 1 })
      expect(failed!.stdout).toContain('One of these three is enough:')
      expect(JSON.parse(readFileSync(join(elsewhere, 'pids.json'), 'utf8'))).toEqual([])
      rmSync(elsewhere, { recursive: true, force: true })
    },
    MINUTE,
  )
})

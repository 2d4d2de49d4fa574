import {
  createTestDatabase,
  eventRecord,
  probeContract,
  RecordingLogger,
  type Probe,
  type TestDatabase,
  type TestRecord,
} from '@laurel/testing'
import { Metrics } from '@laurel/telemetry'
import { query, type Migration } from '@laurel/postgres'
import { messagingMetrics } from './messaging-metrics'
import { messagingMigration } from './migration'
import type { BatchHandler, RawRecord } from './received'

/** State that a fold builds: how often each number was applied. Applying one twice shows as 2. */
const seenMigration: Migration = {
  name: '900-seen',
  sql: 'create table seen (key text not null, n integer not null, times integer not null default 1, primary key (key, n))',
}

export function createProbeDatabase(): Promise<TestDatabase> {
  return createTestDatabase({ schema: 'probe', migrations: [messagingMigration, seenMigration] })
}

/** Adds each number; not idempotent on purpose, so that the fence alone keeps it exact. */
export const countEach: BatchHandler = async (batch, { tx }) => {
  for (const { data } of batch) {
    const { key, n } = data as Probe
    await query(tx, { text: 'insert into seen (key, n) values ($1, $2) on conflict (key, n) do update set times = seen.times + 1' }, [
      key,
      n,
    ])
  }
}

export async function seenTimes(database: TestDatabase): Promise<Record<string, number>> {
  const rows = await database.dataSource.query<{ key: string; n: number; times: number }[]>(
    'select key, n, times from seen order by key, n',
  )
  return Object.fromEntries(rows.map((row) => [`${row.key}${row.n}`, row.times]))
}

export function probeRecord(topic: string, key: string, n: number): TestRecord {
  return eventRecord(probeContract(topic), { key, n })
}

/** The same as a fetch would return it, at this offset. */
export function probeAt(topic: string, offset: number, key: string, n: number): RawRecord {
  const record = probeRecord(topic, key, n)
  return {
    topic,
    partition: 0,
    offset: BigInt(offset),
    key: Buffer.from(key),
    value: Buffer.from(record.value as string),
    headers: { ...record.headers },
    recordTime: new Date(),
  }
}

/** What transports and runners need beside the database. */
export function surroundings(database: TestDatabase) {
  const logger = new RecordingLogger()
  const { dataSource } = database
  return {
    service: 'probe',
    dataSource,
    logger,
    metrics: messagingMetrics(new Metrics('probe'), dataSource),
    definitionsOf: (topic: string) => [probeContract(topic)],
    retry: { attempts: 2, conflictAttempts: 20, firstPauseMs: 1, longestPauseMs: 5 },
  }
}

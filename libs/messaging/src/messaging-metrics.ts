import type { DataSource } from 'typeorm'
import type { Metrics } from '@laurel/telemetry'

interface Figures {
  depth: string
  age: number
  parked: string
  parked_age: number
}

const FIGURES = `select count(*) as depth, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age,
  (select count(*) from parked_event) as parked,
  (select coalesce(extract(epoch from now() - min(parked_at)), 0) from parked_event)::float8 as parked_age from outbox`

export type MessagingMetrics = ReturnType<typeof messagingMetrics>

/** The figures that tell whether events flow: lag and batches, the outbox's depth and age, dead letters, parked events. */
export function messagingMetrics(metrics: Metrics, dataSource: DataSource) {
  /** A scrape collects all gauges side by side: they share one reading. */
  let reading: Promise<Figures> | undefined
  const read = (): Promise<Figures> => {
    reading ??= dataSource
      .query<Figures[]>(FIGURES)
      .then((rows) => rows[0]!)
      .finally(() => (reading = undefined))
    return reading
  }
  metrics.gauge('outbox_depth', 'Events written but not yet published', [], async function () {
    this.set(Number((await read()).depth))
  })
  metrics.gauge('outbox_age_seconds', 'Age of the oldest event not yet published', [], async function () {
    this.set((await read()).age)
  })
  metrics.gauge('parked_events', 'Events that wait for a course version or an enrollment', [], async function () {
    this.set(Number((await read()).parked))
  })
  metrics.gauge('parked_age_seconds', 'Age of the oldest parked event', [], async function () {
    this.set((await read()).parked_age)
  })
  return {
    lag: metrics.gauge('consumer_lag', 'Records between the fence and the end of the partition', ['topic', 'partition']),
    batchSize: metrics.histogram('batch_size', 'Records per batch', ['topic'], [1, 5, 20, 50, 100, 250, 500, 1_000, 2_500, 5_000]),
    batchSeconds: metrics.histogram(
      'batch_seconds',
      'Seconds from receiving a batch to its commit',
      ['topic'],
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    ),
    deadLetters: metrics.counter('dead_letters_total', 'Messages dead-lettered', ['topic']),
    parkedTotal: metrics.counter('parked_total', 'Messages parked', ['topic']),
    paused: metrics.counter('consumer_pauses_total', 'Times a partition was paused because the database was away', ['topic']),
    published: metrics.counter('outbox_published_total', 'Events published by the relay', ['topic']),
  }
}

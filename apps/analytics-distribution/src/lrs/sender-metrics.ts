import type { DataSource } from 'typeorm'
import { transaction } from '@laurel/postgres'
import type { Metrics } from '@laurel/telemetry'
import { destinationFigures, type DestinationFigures } from '../persistence/destination-figures'

export type SenderMetrics = ReturnType<typeof senderMetrics>

/** The figures that tell whether statements arrive: what waits and for how long, what went out, what was refused. */
export function senderMetrics(metrics: Metrics, dataSource: DataSource) {
  let reading: Promise<DestinationFigures[]> | undefined
  // A scrape asks every gauge at once: they share one reading.
  const read = () => (reading ??= transaction(dataSource, destinationFigures).finally(() => (reading = undefined)))
  const gauge = (name: string, help: string, value: (figures: DestinationFigures) => number) =>
    metrics.gauge(name, help, ['destination'], async function () {
      for (const figures of await read()) this.set({ destination: figures.name }, value(figures))
    })
  gauge('analytics_unsent', 'Statements stored but not yet sent', ({ unsent }) => unsent)
  gauge(
    'analytics_oldest_unsent_seconds',
    'Age of the oldest statement not yet sent',
    ({ oldestUnsentSeconds }) => oldestUnsentSeconds ?? 0,
  )
  gauge('analytics_failed', 'Statements that the destination refused', ({ failed }) => failed)
  return {
    sent: metrics.counter('analytics_sent_total', 'Statements that this process delivered', ['destination']),
    failed: metrics.counter('analytics_failed_total', 'Statements that were refused to this process', ['destination']),
    sendSeconds: metrics.histogram(
      'analytics_send_seconds',
      'Seconds per call to the destination',
      ['destination', 'answer'],
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    ),
  }
}

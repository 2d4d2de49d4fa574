import { transaction } from '@laurel/postgres'
import type { Metrics } from '@laurel/telemetry'
import type { DataSource } from 'typeorm'
import { countUnsettled, type UnsettledCount } from '../persistence/webhook-delivery-store'

/** The figures that tell whether platforms reach us: what was taken, refused and processed, and what waits. */
export class WebhookMetrics {
  private readonly received
  private readonly refused
  private readonly processed

  constructor(metrics: Metrics, dataSource: DataSource) {
    this.received = metrics.counter('webhook_received_total', 'Deliveries taken, repeats among them', ['platform', 'repeat'])
    this.refused = metrics.counter('webhook_refused_total', 'Deliveries not taken, by reason', ['platform', 'reason'])
    this.processed = metrics.counter('webhook_processed_total', 'Attempts at deliveries, by what became of them', ['platform', 'status'])
    const gauge = (name: string, help: string, value: (count: UnsettledCount) => number) =>
      metrics.gauge(name, help, ['platform', 'status'], async function () {
        const counts = await transaction(dataSource, countUnsettled)
        this.reset()
        for (const count of counts) this.set({ platform: count.platform, status: count.status }, value(count))
      })
    gauge('webhook_unsettled', 'Deliveries that are not done', ({ deliveries }) => deliveries)
    gauge(
      'webhook_oldest_unsettled_seconds',
      'Age of the oldest delivery that is not done',
      ({ oldestReceivedAt }) => (Date.now() - oldestReceivedAt.getTime()) / 1_000,
    )
  }

  countReceived(platform: string, isNew: boolean): void {
    this.received.inc({ platform, repeat: String(!isNew) })
  }

  /** The platform must be a known one: a sender may not choose a label. */
  countRefused(platform: string, reason: string): void {
    this.refused.inc({ platform, reason })
  }

  countProcessed(platform: string, status: string): void {
    this.processed.inc({ platform, status })
  }
}

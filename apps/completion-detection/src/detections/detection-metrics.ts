import { transaction, type Tx } from '@laurel/postgres'
import type { Metrics } from '@laurel/telemetry'
import type { DataSource, QueryRunner } from 'typeorm'
import type { DetectedBy } from '../domain/completion'
import { SOURCES } from '../domain/detection'
import { lastDetections } from '../persistence/detection-store'

/** A completion that was detected; `completedAt` is epoch milliseconds. */
export interface Detection {
  readonly detectedBy: DetectedBy
  readonly completedAt: number
  readonly detectedAt: Date
}

const LAG_SECONDS = [0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 900, 1_800, 3_600, 21_600, 86_400, 604_800]

/** Detections of transactions that are open. */
const noted = new WeakMap<QueryRunner, Detection[]>()

/** Has completions counted when, and only if, this transaction commits. */
export function noteDetections(tx: Tx, detections: readonly Detection[]): void {
  const runner = tx.queryRunner
  if (!runner || detections.length === 0) return
  noted.set(runner, [...(noted.get(runner) ?? []), ...detections])
}

/** What operators see of the ways that find completions: counts and lags of this process, last detections of all. */
export class DetectionMetrics {
  private readonly detected
  private readonly lag

  constructor(metrics: Metrics, dataSource: DataSource) {
    this.detected = metrics.counter('laurel_completions_detected_total', 'Completions, by what found them', ['detected_by'])
    this.lag = metrics.histogram(
      'laurel_completion_detection_lag_seconds',
      'Seconds from completed_at to detected_at',
      ['detected_by'],
      LAG_SECONDS,
    )
    // A series that begins above 0 would hide its first completions from increase().
    for (const detected_by of SOURCES) {
      this.detected.inc({ detected_by }, 0)
      this.lag.zero({ detected_by })
    }
    metrics.gauge(
      'laurel_completion_last_detected_timestamp_seconds',
      'Unix time of the last completion found, over all replicas',
      ['detected_by'],
      async function () {
        for (const { detectedBy, at } of await transaction(dataSource, lastDetections))
          this.set({ detected_by: detectedBy }, at.getTime() / 1_000)
      },
    )
    dataSource.subscribers.push({ afterTransactionCommit: ({ queryRunner }) => this.countCommitted(queryRunner) })
  }

  /** The end of a savepoint is told as a commit too. */
  private countCommitted(runner: QueryRunner): void {
    const detections = runner.isTransactionActive ? undefined : noted.get(runner)
    if (!detections) return
    noted.delete(runner)
    for (const { detectedBy, completedAt, detectedAt } of detections) {
      this.detected.inc({ detected_by: detectedBy })
      this.lag.observe({ detected_by: detectedBy }, Math.max(0, detectedAt.getTime() - completedAt) / 1_000)
    }
  }
}

import type { Bench } from '../frame/bench'
import type { HttpChild } from '../frame/children'
import type { Closing } from '../frame/closing'
import { startService } from '../frame/start-service'

export const DATABASE = 'laurel_bench_pipeline'
export const WORKER = 'completion-detection-worker'

/** Starts completion-detection as a worker, without waiting for it. */
export function startWorker({ databases, infra }: Bench, closing: Closing): Promise<HttpChild> {
  return startService(closing, {
    name: WORKER,
    service: 'completion-detection',
    role: 'worker',
    databaseUrl: databases.serviceUrl(DATABASE, 'completion-detection'),
    brokers: infra.kafka.brokers,
  })
}

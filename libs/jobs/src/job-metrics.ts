import type { Metrics } from '@laurel/telemetry'
import type { JobStats } from './job'

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** laurel_jobs{state} over all replicas, and laurel_job_seconds{queue, outcome} of this process's attempts. */
export class JobMetrics {
  private readonly seconds

  constructor(metrics: Metrics, stats: () => Promise<JobStats>) {
    metrics.gauge('laurel_jobs', 'Jobs by state: pending, processing, failed', ['state'], async function () {
      const { queueLength, activeJobs, failedJobs } = await stats()
      this.set({ state: 'pending' }, queueLength)
      this.set({ state: 'processing' }, activeJobs)
      this.set({ state: 'failed' }, failedJobs)
    })
    this.seconds = metrics.histogram('laurel_job_seconds', 'Time of one attempt at a job', ['queue', 'outcome'], SECONDS)
  }

  /** Starts the clock of an attempt; call the result with what became of it. */
  begin(queue: string): (outcome: string) => void {
    const end = this.seconds.startTimer({ queue })
    return (outcome) => end({ outcome })
  }
}

import type { Logger, Metrics } from '@laurel/telemetry'

/** Work towards the outside world, as the deciding transaction asks for it. */
export interface JobSpec<T extends object> {
  readonly queue: string
  /** JSON; what the handler needs to find its work again, best only ids. */
  readonly data: T
  /** 1 (background) to 10 (credential issue); the higher is taken first. */
  readonly priority: number
  /** Shown to operators beside the job. It does not make the job unique: once-only rests on the caller's own keys. */
  readonly key?: string
}

/** What a handler knows about the attempt that it makes. */
export interface JobAttempt {
  readonly id: string
  /** Counted from 1. A crash of the worker counts as an attempt. */
  readonly attempt: number
  /** Aborted when the lease is lost or the process stops: give up, the result no longer counts. */
  readonly signal: AbortSignal
}

/**
 * Does the job, at least once. Returning completes it. Throwing PermanentJobError fails it at once, PostponeJobError
 * puts it back without using up a retry, and anything else uses one up.
 */
export type JobHandler<T extends object> = (data: T, attempt: JobAttempt) => Promise<void>

/** Jobs of all replicas, counted when asked. */
export interface JobStats {
  /** Pending: not yet taken, or waiting for their next attempt. */
  readonly queueLength: number
  /** Being processed now. */
  readonly activeJobs: number
  /** Failed for good, kept until redriven. */
  readonly failedJobs: number
  /** Whether any job is being processed now. */
  readonly processing: boolean
}

export interface FailedJob {
  readonly id: string
  readonly queue: string
  readonly data: object
  readonly priority: number
  readonly attempts: number
  readonly error: string
  readonly createdAt: Date
  readonly failedAt: Date
}

export interface JobQueueOptions {
  /** postgres:// URL of the service's own role. */
  readonly url: string
  /** `<schema>_jobs`; it must exist and belong to the role. */
  readonly schema: string
  readonly logger: Logger
  readonly metrics: Metrics
  /** Jobs of one queue at a time in this process; 3 unless told. */
  readonly concurrency?: number
  /** Retries after the first attempt; 3 unless told. */
  readonly retryLimit?: number
}

export type { FailedJob, JobAttempt, JobHandler, JobQueueOptions, JobSpec, JobStats } from './job'
export { PermanentJobError, PostponeJobError } from './job-error'
export { JobQueue } from './job-queue'
export { OutsideCallError, OutsideSystem, type OutsideRequest, type OutsideResponse, type OutsideSystemOptions } from './outside-system'

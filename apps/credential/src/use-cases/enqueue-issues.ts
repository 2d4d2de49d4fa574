import type { JobQueue } from '@laurel/jobs'
import type { Tx } from '@laurel/postgres'
import { takeReady } from '../persistence/completion-store'
import { ISSUE_QUEUE, type IssueJob } from './issue-credential'

const PRIORITY = 10

/** Enqueues one job for each wanted completion of these course versions that can be decided and never was enqueued. */
export async function enqueueIssues(tx: Tx, jobs: JobQueue, courseVersionIds: readonly string[]): Promise<void> {
  const ready = await takeReady(tx, courseVersionIds)
  await jobs.enqueue<IssueJob>(
    tx,
    ready.map((id) => ({ queue: ISSUE_QUEUE, data: { completion_id: id }, priority: PRIORITY, key: id })),
  )
}

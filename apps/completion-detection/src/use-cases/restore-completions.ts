import { CourseCompletedV1, CourseCompletionRevokedV1 } from '@laurel/contracts'
import type { Batch, Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { addCompletions, revokeCompletions, type StoredCompletion } from '../persistence/completion-store'
import { markLedgers } from '../persistence/ledger-store'

/** The topics that hold what was decided, completions before their revocations. */
export const DECISIONS = [CourseCompletedV1.topic, CourseCompletionRevokedV1.topic]

/**
 * Takes over decisions that this service has announced, as facts: what is known already stays. What a decision rested on
 * (rule, delivery, run, person) is not among them.
 */
export async function restoreCompletions(tx: Tx, batch: Batch): Promise<void> {
  const completed = batch.filter((event) => event.topic === CourseCompletedV1.topic) as Received<CourseCompletedV1>[]
  const revoked = batch.filter((event) => event.topic === CourseCompletionRevokedV1.topic) as Received<CourseCompletionRevokedV1>[]
  await addCompletions(tx, completed.map(toCompletion))
  await markLedgers(tx, completed.map(toCompletion))
  await revokeCompletions(
    tx,
    revoked.map(({ data }) => ({ completionId: data.completion_id, at: new Date(data.revoked_at), by: null, reason: data.reason })),
  )
}

function toCompletion({ data }: Received<CourseCompletedV1>): Omit<StoredCompletion, 'revoked'> {
  return {
    courseVersionId: data.course_version_id,
    userId: data.user_id,
    cycle: data.cycle,
    completionId: data.completion_id,
    courseId: data.course_id,
    orgId: data.org_id ?? null,
    completedAt: Date.parse(data.completed_at),
    score: data.score,
    detectedBy: data.detected_by,
    detectedFrom: null,
    detectedAt: new Date(data.detected_at),
    reason: null,
    ruleHash: null,
  }
}

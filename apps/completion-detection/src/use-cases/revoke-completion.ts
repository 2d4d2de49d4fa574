import { CourseCompletionRevokedV1, courseCompletionRevokedId, sourceOf } from '@laurel/contracts'
import { addToOutbox, toOutbox } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { completionsOfEnrollment, revokeCompletions, type StoredCompletion } from '../persistence/completion-store'
import type { LedgerKey } from '../persistence/ledger-key'
import { SERVICE } from '../service-name'

/** Who withdraws the completion of which cycle, and why. */
export interface RevocationRequest extends LedgerKey {
  /** The latest completed cycle unless given. */
  readonly cycle?: number | undefined
  readonly reason: string
  readonly actor: string
}

/**
 * Withdraws a completion, finally for its cycle, and announces it once. Returns it as it stands then: the first
 * revocation counts, a later one changes nothing. Null when there is no such completion.
 */
export async function revokeCompletion(tx: Tx, request: RevocationRequest, now: Date): Promise<StoredCompletion | null> {
  const completed = await completionsOfEnrollment(tx, request)
  const completion = request.cycle === undefined ? completed.at(-1) : completed.find(({ cycle }) => cycle === request.cycle)
  if (!completion) return null
  const { completionId, courseVersionId, userId, cycle } = completion
  const revoked = { at: now, by: request.actor, reason: request.reason }
  if (!(await revokeCompletions(tx, [{ completionId, ...revoked }])).has(completionId))
    return (await completionsOfEnrollment(tx, request)).find((one) => one.cycle === cycle)!
  const event = {
    completion_id: completionId,
    user_id: userId,
    course_version_id: courseVersionId,
    cycle,
    reason: request.reason,
    revoked_at: now.toISOString(),
  }
  await addToOutbox(tx, [
    toOutbox(CourseCompletionRevokedV1, { id: courseCompletionRevokedId(completionId), source: sourceOf(SERVICE), time: now }, event),
  ])
  return { ...completion, revoked }
}

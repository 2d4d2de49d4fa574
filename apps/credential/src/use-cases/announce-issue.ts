import { credentialIssuedId, CredentialIssuedV1, sourceOf } from '@laurel/contracts'
import { addToOutbox, toOutbox } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { currentTrace } from '@laurel/telemetry'
import { takeAnnouncement } from '../persistence/announcement-store'
import { markIssued, type Certificate } from '../persistence/certificate-store'
import { concludeCompletion } from '../persistence/completion-store'
import { SERVICE } from '../service-name'

/** Marks the certificate issued and announces `credential.issued` with it, unless it was announced before; once, whoever else tries. */
export async function announceIssue(tx: Tx, certificate: Certificate, credlyBadgeId: string | null): Promise<void> {
  const { certificateUid, completionId, userId, courseVersionId, issuedAt, expiresAt } = certificate
  if (!(await markIssued(tx, certificateUid, credlyBadgeId))) return
  await concludeCompletion(tx, completionId, 'issued')
  if (await takeAnnouncement(tx, completionId)) return
  const identity = { id: credentialIssuedId(certificateUid), source: sourceOf(SERVICE), traceparent: currentTrace()?.traceparent }
  const event = toOutbox(CredentialIssuedV1, identity, {
    certificate_uid: certificateUid,
    user_id: userId,
    course_version_id: courseVersionId,
    completion_id: completionId,
    issued_at: issuedAt.toISOString(),
    ...(expiresAt !== null && { expires_at: expiresAt.toISOString() }),
  })
  await addToOutbox(tx, [event])
}

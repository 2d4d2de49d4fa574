import { PermanentJobError } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import type { Credly } from '../credly/credly'
import { markAsked, type Certificate } from '../persistence/certificate-store'

/**
 * The id of the certificate's badge at Credly, issued or adopted. An earlier attempt may have had its effect without our
 * hearing of it (no answer, a crash), so only the very first one issues without looking for the badge; and a badge that
 * Credly refuses to issue again is adopted.
 *
 * @throws PermanentJobError when Credly refuses the badge and has none
 */
export async function ensureBadge(
  { dataSource, credly }: { readonly dataSource: DataSource; readonly credly: Credly },
  { certificateUid, learner, userId, issuedAt, expiresAt }: Certificate,
  templateId: string,
  signal: AbortSignal,
): Promise<string> {
  const isFirst = await transaction(dataSource, (tx) => markAsked(tx, certificateUid))
  const earlier = isFirst ? null : await credly.find(learner.email, templateId, signal)
  if (earlier !== null) return earlier
  const result = await credly.issue({ templateId, learner, userId, issuedAt, expiresAt }, signal)
  if (result.kind === 'issued') return result.badgeId
  const existing = await credly.find(learner.email, templateId, signal)
  if (existing !== null) return existing
  throw new PermanentJobError(
    `credly refuses the badge of certificate ${certificateUid} (${result.reason}), and has none for its earner and template`,
  )
}

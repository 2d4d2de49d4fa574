import type { Directory } from '@laurel/directory'
import { PermanentJobError, type JobHandler } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import type { Assessment } from '../assessment/assessment'
import type { Credly } from '../credly/credly'
import { draftCertificate } from '../domain/certificate'
import { isAnnounced } from '../persistence/announcement-store'
import { drawCertificate, findByCompletion, type Certificate } from '../persistence/certificate-store'
import { concludeCompletion, findEarning, type EarningCompletion } from '../persistence/completion-store'
import { announceIssue } from './announce-issue'
import { ensureBadge } from './ensure-badge'

export const ISSUE_QUEUE = 'credential-issue'

export interface IssueJob {
  readonly completion_id: string
}

export interface IssuePorts {
  readonly dataSource: DataSource
  readonly directory: Directory
  readonly assessment: Assessment
  readonly credly: Credly
}

/**
 * Issues the credential of a completion once, however often it runs: each step is stored before the next, and a repeat
 * goes on from there. Draws the certificate; gets its badge at Credly where the version names a template; marks it
 * issued and announces it in one transaction. What was announced by an earlier life of the schema is not announced again.
 */
export function issueCredential(ports: IssuePorts): JobHandler<IssueJob> {
  const { dataSource } = ports
  return async ({ completion_id }, { signal }) => {
    const { completion, drawn, announced } = await transaction(dataSource, async (tx) => ({
      // First: whoever issues it meanwhile concludes the completion as the announcement goes.
      announced: await isAnnounced(tx, completion_id),
      completion: await findEarning(tx, completion_id),
      drawn: await findByCompletion(tx, completion_id),
    }))
    if (!completion) throw new PermanentJobError(`there is no completion ${completion_id} of a known course version`)
    if (completion.outcome !== null) return
    const { terms } = completion
    if (!terms.enabled) return transaction(dataSource, (tx) => concludeCompletion(tx, completion_id, 'not_required'))
    const certificate = drawn ?? (await draw(ports, completion, signal))
    const badgeId = await badgeOf(ports, certificate, terms.badgeTemplateId, announced, signal)
    await transaction(dataSource, (tx) => announceIssue(tx, certificate, badgeId))
  }
}

async function draw(ports: IssuePorts, completion: EarningCompletion, signal: AbortSignal): Promise<Certificate> {
  const { dataSource, directory, assessment } = ports
  const { userId, courseVersionId, terms } = completion
  const [learner, score] = await Promise.all([directory.learner(userId, signal), assessment.score(userId, courseVersionId, signal)])
  const draft = draftCertificate(terms, learner, score ?? completion.score, new Date())
  return transaction(dataSource, (tx) => drawCertificate(tx, completion, draft))
}

/** An announced certificate had its badge: one that Credly has no more was taken back there, and is not issued again. */
async function badgeOf(
  ports: IssuePorts,
  certificate: Certificate,
  templateId: string | null,
  announced: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  if (templateId === null) return null
  if (announced) return ports.credly.find(certificate.learner.email, templateId, signal)
  return ensureBadge(ports, certificate, templateId, signal)
}

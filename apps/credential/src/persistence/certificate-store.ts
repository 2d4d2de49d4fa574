import { query, type Tx } from '@laurel/postgres'
import type { CertificateDraft, CertificateSnapshot } from '../domain/certificate'
import type { EarningCompletion } from './completion-store'

export type CertificateStatus = 'pending' | 'issued'

export interface Certificate extends CertificateDraft {
  readonly certificateUid: string
  readonly userId: string
  readonly courseVersionId: string
  readonly cycle: number
  readonly completionId: string
  readonly status: CertificateStatus
  readonly credlyBadgeId: string | null
}

interface CertificateRow {
  certificate_uid: string
  user_id: string
  course_version_id: string
  cycle: number
  completion_id: string
  status: CertificateStatus
  issued_at: Date
  expires_at: Date | null
  metadata: CertificateSnapshot
  recipient_email: string
  recipient_given_name: string
  recipient_family_name: string
  credly_badge_id: string | null
}

const COLUMNS = `certificate_uid, user_id, course_version_id, cycle, completion_id, status, issued_at, expires_at, metadata,
                 recipient_email, recipient_given_name, recipient_family_name, credly_badge_id`

const BY_COMPLETION = { name: 'certificates-by-completion', text: `select ${COLUMNS} from certificates where completion_id = $1` }
const BY_UID = { name: 'certificates-by-uid', text: `select ${COLUMNS} from certificates where certificate_uid = $1` }
const BY_LEARNER = {
  name: 'certificates-by-learner',
  text: `select ${COLUMNS} from certificates where user_id = $1 order by issued_at desc, id limit $2`,
}

export async function findByCompletion(tx: Tx, completionId: string): Promise<Certificate | undefined> {
  const [row] = await query<CertificateRow>(tx, BY_COMPLETION, [completionId])
  return row && toCertificate(row)
}

export async function findByUid(tx: Tx, certificateUid: string): Promise<Certificate | undefined> {
  const [row] = await query<CertificateRow>(tx, BY_UID, [certificateUid])
  return row && toCertificate(row)
}

/** A learner's certificates, latest first. */
export async function listByLearner(tx: Tx, userId: string, limit: number): Promise<Certificate[]> {
  return (await query<CertificateRow>(tx, BY_LEARNER, [userId, limit])).map(toCertificate)
}

const DRAW = {
  name: 'certificates-draw',
  text: `insert into certificates (user_id, course_version_id, cycle, completion_id, metadata, recipient_email,
                recipient_given_name, recipient_family_name, certificate_uid, issued_at, expires_at)
         select $1::uuid, $2::uuid, $3::integer, completion_id, $7::jsonb, $8, $9, $10,
                coalesce(a.certificate_uid, gen_random_uuid()), coalesce(a.issued_at, $5::timestamptz),
                case when a.issued_at is null then $6::timestamptz else a.expires_at end
           from (values ($4::uuid)) as drawn(completion_id) left join announced_credentials a using (completion_id)
         on conflict (completion_id) do nothing`,
}

/**
 * Stores the certificate of a completion: with the certificate_uid and times that were announced for it, else with a certificate_uid
 * drawn at random and the times of the draft. Where there is one already, that stays.
 */
export async function drawCertificate(tx: Tx, completion: EarningCompletion, draft: CertificateDraft): Promise<Certificate> {
  const { userId, courseVersionId, cycle, completionId } = completion
  const { issuedAt, expiresAt, snapshot, learner } = draft
  await query(tx, DRAW, [
    ...[userId, courseVersionId, cycle, completionId, issuedAt, expiresAt, JSON.stringify(snapshot)],
    ...[learner.email, learner.givenName, learner.familyName],
  ])
  return (await findByCompletion(tx, completionId))!
}

const MARK_ASKED = {
  name: 'certificates-mark-asked',
  text: 'update certificates set credly_asked_at = now() where certificate_uid = $1 and credly_asked_at is null returning 1',
}

/** To be committed before Credly is asked for a badge. Returns whether it never was asked for this one before. */
export async function markAsked(tx: Tx, certificateUid: string): Promise<boolean> {
  return (await query(tx, MARK_ASKED, [certificateUid])).length > 0
}

const MARK_ISSUED = {
  name: 'certificates-mark-issued',
  text: `update certificates set status = 'issued', credly_badge_id = $2
          where certificate_uid = $1 and status <> 'issued' returning 1`,
}

/** Returns whether this call issued it: true exactly once per certificate. */
export async function markIssued(tx: Tx, certificateUid: string, credlyBadgeId: string | null): Promise<boolean> {
  return (await query(tx, MARK_ISSUED, [certificateUid, credlyBadgeId])).length > 0
}

function toCertificate(row: CertificateRow): Certificate {
  return {
    certificateUid: row.certificate_uid,
    userId: row.user_id,
    courseVersionId: row.course_version_id,
    cycle: row.cycle,
    completionId: row.completion_id,
    status: row.status,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    snapshot: row.metadata,
    learner: { email: row.recipient_email, givenName: row.recipient_given_name, familyName: row.recipient_family_name },
    credlyBadgeId: row.credly_badge_id,
  }
}

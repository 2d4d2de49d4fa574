import { CredentialIssuedV1 } from '@laurel/contracts'
import type { Batch, Received } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { keepAnnouncements, type Announcement } from '../persistence/announcement-store'

/** The topics that hold what was announced. */
export const ANNOUNCEMENTS = [CredentialIssuedV1.topic]

/**
 * Takes over credentials that this service has announced, as facts: when their completions come again, they are issued under the same
 * certificate_uid and times. What is known already stays.
 */
export async function restoreAnnouncements(tx: Tx, batch: Batch): Promise<void> {
  await keepAnnouncements(tx, (batch as Batch<CredentialIssuedV1>).map(toAnnouncement))
}

function toAnnouncement({ data }: Received<CredentialIssuedV1>): Announcement {
  const { completion_id, certificate_uid, issued_at, expires_at = null } = data
  return { completion_id, certificate_uid, issued_at, expires_at }
}

import { query, type Tx } from '@laurel/postgres'

/** A credential as its event tells it. */
export interface Announcement {
  readonly completion_id: string
  readonly certificate_uid: string
  readonly issued_at: string
  /** Null: never. */
  readonly expires_at: string | null
}

const KEEP = {
  name: 'announcements-keep',
  text: `insert into announced_credentials (completion_id, certificate_uid, issued_at, expires_at)
         select distinct on (completion_id) completion_id, certificate_uid, issued_at, expires_at
           from rows from (jsonb_to_recordset($1::jsonb) as (completion_id uuid, certificate_uid uuid, issued_at timestamptz,
                           expires_at timestamptz)) with ordinality as e(completion_id, certificate_uid, issued_at, expires_at, n)
          where not exists (select 1 from certificates c where c.completion_id = e.completion_id and c.status = 'issued')
          order by completion_id, n
         on conflict do nothing`,
}

// Of what is announced and not issued, a copy of the database that is older than that may have drawn another certificate.
const OVERRULE = {
  name: 'announcements-overrule',
  text: `update certificates c
            set certificate_uid = a.certificate_uid, issued_at = a.issued_at, expires_at = a.expires_at
           from announced_credentials a
          where a.completion_id = c.completion_id and c.completion_id = any($1::uuid[])`,
}

/**
 * Keeps announced credentials whose certificates are not issued here, until they are: the first announcement of each completion.
 * Certificates that are drawn, or were drawn, for their completions are what was announced.
 */
export async function keepAnnouncements(tx: Tx, announcements: readonly Announcement[]): Promise<void> {
  await query(tx, KEEP, [JSON.stringify(announcements)])
  await query(tx, OVERRULE, [announcements.map((announcement) => announcement.completion_id)])
}

const IS_KEPT = { name: 'announcements-is-kept', text: 'select 1 from announced_credentials where completion_id = $1' }

/** Whether the credential of a completion was announced, and its certificate is not issued here. */
export async function isAnnounced(tx: Tx, completionId: string): Promise<boolean> {
  return (await query(tx, IS_KEPT, [completionId])).length > 0
}

const TAKE = { name: 'announcements-take', text: 'delete from announced_credentials where completion_id = $1 returning 1' }

/** Forgets the announcement of a completion's credential. Returns whether there was one. */
export async function takeAnnouncement(tx: Tx, completionId: string): Promise<boolean> {
  return (await query(tx, TAKE, [completionId])).length > 0
}

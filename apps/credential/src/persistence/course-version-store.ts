import { query, type Tx } from '@laurel/postgres'

/** What a course version says of its credential. */
export interface CredentialCourseVersion {
  readonly course_version_id: string
  readonly title: string
  readonly credential_enabled: boolean
  readonly validity_months: number | null
  readonly badge_template_id: string | null
  readonly published_at: string
}

const RESERVE = {
  name: 'course-versions-reserve',
  text: `insert into course_versions (course_version_id)
         select distinct id from unnest($1::uuid[]) as e(id) order by id
         on conflict do nothing`,
}

const SHARE = {
  name: 'course-versions-share',
  text: `select 1 from course_versions where course_version_id = any($1::uuid[]) order by course_version_id for share`,
}

/**
 * Holds the rows of these versions, known or not, until the transaction ends, so that none of them becomes known in
 * between: of a completion and its version, one always sees the other, and other completions do not wait.
 */
export async function holdCourseVersions(tx: Tx, ids: readonly string[]): Promise<void> {
  await query(tx, RESERVE, [ids])
  await query(tx, SHARE, [ids])
}

const ADOPT = {
  name: 'course-versions-adopt',
  text: `insert into course_versions as v (course_version_id, title, credential_enabled, validity_months, badge_template_id, published_at)
         select distinct on (course_version_id) course_version_id, title, credential_enabled, validity_months, badge_template_id, published_at
           from rows from (jsonb_to_recordset($1::jsonb) as (course_version_id uuid, title text, credential_enabled boolean,
                           validity_months integer, badge_template_id text, published_at timestamptz)) with ordinality
             as e(course_version_id, title, credential_enabled, validity_months, badge_template_id, published_at, n)
          order by course_version_id, n
         on conflict (course_version_id) do update set
                title = excluded.title, credential_enabled = excluded.credential_enabled,
                validity_months = excluded.validity_months, badge_template_id = excluded.badge_template_id,
                published_at = excluded.published_at
          where v.published_at is null`,
}

/** Makes these versions known. A version never changes: what is known already stays, and repeats change nothing. */
export async function adoptCourseVersions(tx: Tx, versions: readonly CredentialCourseVersion[]): Promise<void> {
  await query(tx, ADOPT, [JSON.stringify(versions)])
}

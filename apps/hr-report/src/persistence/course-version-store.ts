import { query, type Tx } from '@laurel/postgres'

/** What HR needs of a course version. */
export interface HrCourseVersion {
  readonly course_version_id: string
  readonly title: string
  readonly course_code: string | null
  readonly credit_hours: number | null
  readonly org_id: string | null
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
  text: `insert into course_versions as v (course_version_id, title, course_code, credit_hours, org_id, published_at)
         select distinct on (course_version_id) course_version_id, title, course_code, credit_hours, org_id, published_at
           from rows from (jsonb_to_recordset($1::jsonb) as (course_version_id uuid, title text, course_code text,
                           credit_hours double precision, org_id uuid, published_at timestamptz)) with ordinality
             as e(course_version_id, title, course_code, credit_hours, org_id, published_at, n)
          order by course_version_id, n
         on conflict (course_version_id) do update set
                title = excluded.title, course_code = excluded.course_code, credit_hours = excluded.credit_hours,
                org_id = excluded.org_id, published_at = excluded.published_at
          where v.published_at is null`,
}

/** Makes these versions known. A version never changes: what is known already stays, and repeats change nothing. */
export async function adoptCourseVersions(tx: Tx, versions: readonly HrCourseVersion[]): Promise<void> {
  await query(tx, ADOPT, [JSON.stringify(versions)])
}

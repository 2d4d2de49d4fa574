import { query, type Tx } from '@laurel/postgres'
import type { CredentialTerms } from '../domain/certificate'

/** A completion as its event tells it. */
export interface RecordedCompletion {
  readonly completion_id: string
  readonly user_id: string
  readonly course_version_id: string
  readonly course_id: string
  readonly cycle: number
  readonly completed_at: string
  readonly score: number | null
  readonly org_id: string | null
}

const COMPLETIONS = `rows from (jsonb_to_recordset($1::jsonb) as (completion_id uuid, user_id uuid, course_version_id uuid,
                     course_id uuid, cycle integer, completed_at timestamptz, score double precision, org_id uuid))
                     with ordinality as e(completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id, n)`

const ADD = {
  name: 'completions-add',
  text: `insert into completions (completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id, wanted)
         select completion_id, user_id, course_version_id, course_id, cycle, completed_at, score, org_id, $2
           from ${COMPLETIONS} order by completion_id, n
         on conflict do nothing`,
}

// A second statement: one does not see its own inserts.
const MISFITS = {
  name: 'completions-misfits',
  text: `select (n - 1)::int as index from ${COMPLETIONS}
          where not exists (select 1 from completions c
                             where c.completion_id = e.completion_id and c.user_id = e.user_id
                               and c.course_version_id = e.course_version_id and c.cycle = e.cycle)
          order by n`,
}

/**
 * Records completions; those known already, and repeats among them, change nothing.
 *
 * @param wanted whether they are to earn credentials at all
 * @returns the positions of those that contradict what is recorded: another completion of the same enrollment and
 *   cycle, or the same completion_id for another one
 */
export async function addCompletions(tx: Tx, completions: readonly RecordedCompletion[], wanted: boolean): Promise<number[]> {
  const json = JSON.stringify(completions)
  await query(tx, ADD, [json, wanted])
  const misfits = await query<{ index: number }>(tx, MISFITS, [json])
  return misfits.map(({ index }) => index)
}

const TAKE_READY = {
  name: 'completions-take-ready',
  text: `update completions c set queued_at = now()
           from course_versions v
          where v.course_version_id = c.course_version_id and v.published_at is not null
            and c.course_version_id = any($1::uuid[]) and c.wanted and c.queued_at is null
         returning c.completion_id`,
}

/** The wanted completions of these versions, where the version is known, that were never returned before: to be issued. */
export async function takeReady(tx: Tx, courseVersionIds: readonly string[]): Promise<string[]> {
  const rows = await query<{ completion_id: string }>(tx, TAKE_READY, [courseVersionIds])
  return rows.map((row) => row.completion_id)
}

export type Outcome = 'issued' | 'not_required'

/** A completion and the terms of the credential that it may earn. */
export interface EarningCompletion {
  readonly completionId: string
  readonly userId: string
  readonly courseVersionId: string
  readonly cycle: number
  readonly score: number | null
  /** Null while it is open. */
  readonly outcome: Outcome | null
  readonly terms: CredentialTerms
}

const FIND = {
  name: 'completions-find',
  text: `select c.completion_id as "completionId", c.user_id as "userId", c.course_version_id as "courseVersionId", c.cycle,
                c.score, c.outcome,
                json_build_object('title', v.title, 'enabled', v.credential_enabled, 'validityMonths', v.validity_months,
                                  'badgeTemplateId', v.badge_template_id) as terms
           from completions c join course_versions v using (course_version_id)
          where c.completion_id = $1 and v.published_at is not null`,
}

/** The completion; undefined when it or its version is unknown. */
export async function findEarning(tx: Tx, completionId: string): Promise<EarningCompletion | undefined> {
  const [completion] = await query<EarningCompletion>(tx, FIND, [completionId])
  return completion
}

const CONCLUDE = { name: 'completions-conclude', text: 'update completions set outcome = $2 where completion_id = $1' }

export async function concludeCompletion(tx: Tx, completionId: string, outcome: Outcome): Promise<void> {
  await query(tx, CONCLUDE, [completionId, outcome])
}

import { enrollmentKey } from '@laurel/contracts'
import type { Expectation, SeenTopics } from '@laurel/dev-stack'
import type { Findings } from '../findings'
import type { Cohorts } from '../load/cohorts'
import { PARKING, parkedNow, type Parked } from './settle'
import type { FenceLook } from '../watch/applied'

interface Row {
  user_id: string
  course_version_id: string
  /** The id by which others know it. */
  id: string
  status: string
}

/** Rows that a completion leaves in each schema, as (learner, course version, the id that others know, how it stands). */
const TABLES: readonly {
  readonly name: string
  readonly query: string
  readonly status: string
  readonly id: 'completion' | 'certificate'
}[] = [
  {
    name: 'completion.completion',
    query: `select user_id, course_version_id, completion_id as id, case when revoked_at is null then 'stands' else 'revoked' end as status from completion.completion`,
    status: 'stands',
    id: 'completion',
  },
  {
    name: 'credential.certificates',
    query: 'select user_id, course_version_id, certificate_uid as id, status from credential.certificates',
    status: 'issued',
    id: 'certificate',
  },
  {
    name: 'hr.training_records',
    query: `select user_id, course_version_id, completion_id as id, case when pushed_at is null then 'waiting' else 'pushed' end as status from hr.training_records`,
    status: 'pushed',
    id: 'completion',
  },
]

export interface SchemaCheck {
  readonly fences: FenceLook
  readonly cohorts: Cohorts
  readonly expectation: Expectation
  readonly seen: SeenTopics
  readonly findings: Findings
  /** Records that wait for something that never comes, by service. */
  readonly parked: Readonly<Parked>
}

/** The rows of each schema, against the model and against what the topics say: nobody may know more or other than the others. */
export async function checkSchemas(o: SchemaCheck): Promise<void> {
  for (const table of TABLES) {
    const expected = table.id === 'certificate' ? o.expectation.credentials : new Set(o.expectation.completions.keys())
    const told = (key: string) =>
      table.id === 'certificate' ? o.seen.credentials.get(key)?.data.certificate_uid : o.seen.completions.get(key)?.data.completion_id
    await checkRows(o, table, expected, told)
  }
  await checkEnrollments(o)
  const parked = await parkedNow(o.fences)
  for (const schema of PARKING) {
    if (parked[schema] === o.parked[schema]) continue
    o.findings.add('wrong', `${schema}.parked_event holds ${parked[schema]} records instead of ${o.parked[schema]}`)
  }
}

async function checkRows(
  { fences, cohorts, findings }: SchemaCheck,
  table: (typeof TABLES)[number],
  expected: ReadonlySet<string>,
  told: (key: string) => string | undefined,
): Promise<void> {
  const { rows } = await fences.query<Row>(table.query)
  const missing = new Set(expected)
  const known = new Set<string>()
  for (const row of rows.filter(({ user_id }) => cohorts.userIds.has(user_id))) {
    const key = enrollmentKey(row)
    if (known.has(key)) findings.add('doubled', `${table.name} of ${key}`)
    else if (!missing.delete(key)) findings.add('wrong', `${table.name} has ${key}, which is not complete`)
    known.add(key)
    if (row.status !== table.status) findings.add('wrong', `${table.name} of ${key} is ${row.status}`)
    if (row.id !== told(key)) findings.add('wrong', `${table.name} of ${key} has id ${row.id}, the topic says ${told(key)}`)
  }
  for (const key of missing) findings.add('lost', `${table.name} of ${key}`)
}

async function checkEnrollments({ fences, cohorts, expectation, findings }: SchemaCheck): Promise<void> {
  const { rows } = await fences.query<Row>("select user_id, course_version_id, '' as id, status from progress.enrollments")
  const status = new Map(rows.map((row) => [enrollmentKey(row), row.status]))
  for (const known of cohorts.all.cases.values()) {
    if (known.enrollRows.length === 0) continue
    const expected = expectation.completions.has(known.key) ? 'completed' : known.cancelRow ? 'cancelled_by_user' : 'active'
    const found = status.get(known.key)
    if (found === undefined) findings.add('lost', `progress.enrollments of ${known.key}`)
    else if (found !== expected) findings.add('wrong', `progress.enrollments of ${known.key} is ${found} instead of ${expected}`)
  }
}

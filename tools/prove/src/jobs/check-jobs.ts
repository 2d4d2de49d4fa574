import type { JobQueue } from '@laurel/jobs'
import type { Client } from 'pg'
import type { Findings } from '../findings'
import type { Attempts } from './attempts'
import type { Decisions } from './decisions'
import { JOBS_SCHEMA, RETRIES, SCHEMA } from './job'
import type { OutsidePlace } from './outside-place'

export interface JobsUnderProof {
  readonly admin: Client
  readonly jobs: JobQueue
  readonly decisions: Decisions
  readonly attempts: Attempts
  readonly place: OutsidePlace
  readonly findings: Findings
}

export interface Failed {
  readonly all: readonly string[]
  /** How many of them because their workers died at every attempt. */
  readonly killed: number
}

const FAILED_AT_MOST = 100_000

/** Failed jobs are those that the place refuses or has no patience for, and those whose workers died at every attempt; all of them are to be seen. */
export async function checkFailed({ jobs, decisions, attempts, findings }: JobsUnderProof): Promise<Failed> {
  const failed = new Map((await jobs.failed(FAILED_AT_MOST)).map((job) => [(job.data as { id: string }).id, job]))
  let killed = 0
  for (const [id, { manner }] of decisions.committed) {
    const mustFail = manner === 'sick' || manner === 'refused'
    const job = failed.get(id)
    if (mustFail && !job) findings.add('lost', `the failed ${manner} job ${id} is not to be seen`)
    if (!job || mustFail) continue
    if (attempts.wasCut(id) && job.attempts > RETRIES) killed++
    else findings.add('wrong', `the ${manner} job ${id} failed after ${job.attempts} attempts: ${job.error}`)
  }
  return { all: [...failed.keys()], killed }
}

/** In the end every decision has one job, which is completed, and one effect; and nothing else has. */
export async function checkDone({ admin, decisions, attempts, place, findings }: JobsUnderProof): Promise<void> {
  const { rows } = await admin.query<{ id: string; states: string[] }>(
    `select data -> 'body' ->> 'id' as id, array_agg(state::text) as states from ${JOBS_SCHEMA}.job group by 1`,
  )
  const states = new Map(rows.map((row) => [row.id, row.states]))
  for (const id of decisions.committed.keys()) {
    const found = states.get(id)
    if (!found) findings.add('lost', `the job ${id} is gone`)
    else if (found.length > 1) findings.add('doubled', `the job ${id} is there ${found.length} times`)
    else if (found[0] !== 'completed') findings.add('wrong', `the job ${id} is ${found[0]}`)
    if (!place.effects.has(id)) findings.add('lost', `the effect of job ${id}`)
  }
  const others = new Set([...states.keys(), ...place.effects, ...attempts.jobs].filter((id) => !decisions.committed.has(id)))
  for (const id of others) findings.add('wrong', `the job ${id} was never decided`)
  const { rows: decided } = await admin.query<{ id: string }>(`select id from ${SCHEMA}.decision`)
  if (decided.length !== decisions.committed.size)
    findings.add('wrong', `${decided.length} decisions, ${decisions.committed.size} were committed`)
}

import { query, type Tx } from '@laurel/postgres'

/** What started a run: the clock, an operator's batch, or the check of one learner. */
export type CheckerTrigger = 'schedule' | 'off-peak' | 'request' | 'check'

/**
 * - `nobody-due`: all that were due have been checked
 * - `budget`: the time was up
 * - `batch-done`: the one batch that was asked for
 * - `platform-away`: a platform stopped answering; those left on it are due first next time
 * - `stopped`: the process is ending
 * - `interrupted`: the runner was killed, or lost its connection
 * - `failed`: an error of ours
 */
export type CheckerEnd = 'nobody-due' | 'budget' | 'batch-done' | 'platform-away' | 'stopped' | 'interrupted' | 'failed'

export interface CheckerRun {
  readonly id: string
  readonly trigger: CheckerTrigger
  readonly startedAt: Date
  /** Null while it runs. */
  readonly finishedAt: Date | null
  readonly ended: CheckerEnd | null
  /** Learners checked, failed checks among them. */
  readonly processed: number
  /** Learners found complete. */
  readonly completed: number
  /** Checks that failed; they are repeated next time. */
  readonly errors: number
  /** Ledgers that the sweep found satisfied but undecided, and decided. */
  readonly undecided: number
}

const COLUMNS = `id, trigger, started_at as "startedAt", finished_at as "finishedAt", ended, processed, completed, errors, undecided`

const BEGIN = {
  name: 'checker-run-begin',
  text: `insert into checker_run (trigger, started_at) values ($1, $2) returning id`,
}

export async function beginRun(tx: Tx, trigger: CheckerTrigger, startedAt: Date): Promise<string> {
  const [row] = await query<{ id: string }>(tx, BEGIN, [trigger, startedAt])
  return row!.id
}

const COUNT = {
  name: 'checker-run-count',
  text: `update checker_run set processed = processed + 1, completed = completed + $2::int, errors = errors + $3::int
          where id = $1 and finished_at is null returning 1`,
}

/** This run was ended as interrupted by the runner that took over: it may record nothing any more. */
export class RunTakenOverError extends Error {
  constructor(readonly runId: string) {
    super(`checker run ${runId} was taken over by another runner`)
    this.name = 'RunTakenOverError'
  }
}

/**
 * Counts one check, in the transaction that records it, so that the counts of a killed run are exact.
 *
 * @throws RunTakenOverError when the run has ended meanwhile: the check is not to be recorded
 */
export async function countCheck(tx: Tx, runId: string, result: 'complete' | 'incomplete' | 'failed'): Promise<void> {
  const counted = await query(tx, COUNT, [runId, result === 'complete' ? 1 : 0, result === 'failed' ? 1 : 0])
  if (counted.length === 0) throw new RunTakenOverError(runId)
}

const NOTE_SWEEP = {
  name: 'checker-run-note-sweep',
  text: `update checker_run set undecided = $2, swept_to = $3 where id = $1`,
}

/** @param sweptTo the course version after which the next sweep goes on; null when this one came to the end */
export async function noteSweep(tx: Tx, runId: string, undecided: number, sweptTo: string | null): Promise<void> {
  await query(tx, NOTE_SWEEP, [runId, undecided, sweptTo])
}

const SWEPT_TO = {
  name: 'checker-run-swept-to',
  text: `select swept_to as "sweptTo" from checker_run where trigger in ('schedule', 'off-peak') and finished_at is not null
          order by started_at desc, id limit 1`,
}

/** Where the sweep of the last scheduled run broke off; null when it did not. */
export async function lastSweptTo(tx: Tx): Promise<string | null> {
  const [row] = await query<{ sweptTo: string | null }>(tx, SWEPT_TO)
  return row?.sweptTo ?? null
}

const FINISH = {
  name: 'checker-run-finish',
  text: `update checker_run set finished_at = coalesce(finished_at, $2), ended = coalesce(ended, $3) where id = $1 returning ${COLUMNS}`,
}

/** Ends a run, and returns it; one that was ended by another runner stays as that left it. */
export async function finishRun(tx: Tx, runId: string, finishedAt: Date, ended: CheckerEnd): Promise<CheckerRun> {
  const [run] = await query<CheckerRun>(tx, FINISH, [runId, finishedAt, ended])
  return run!
}

const CLOSE_INTERRUPTED = {
  name: 'checker-run-close-interrupted',
  text: `update checker_run set finished_at = $1, ended = 'interrupted' where finished_at is null and trigger <> 'check'`,
}

/** Under the lock nobody else runs: runs without an end are those of runners that were killed. */
export async function closeInterrupted(tx: Tx, now: Date): Promise<void> {
  await query(tx, CLOSE_INTERRUPTED, [now])
}

const LIST = {
  name: 'checker-run-list',
  text: `select ${COLUMNS} from checker_run
          where $1::uuid is null or (started_at, id) < (select started_at, id from checker_run where id = $1)
          order by started_at desc, id desc limit $2`,
}

/** Runs, the latest first: from the start, or those before a run. */
export function listRuns(tx: Tx, before: string | null, limit: number): Promise<CheckerRun[]> {
  return query<CheckerRun>(tx, LIST, [before, limit])
}

const LAST = {
  name: 'checker-run-last',
  text: `select ${COLUMNS} from checker_run where trigger <> 'check' order by started_at desc, id desc limit 1`,
}

/** The latest run of more than one learner. */
export async function findLastRun(tx: Tx): Promise<CheckerRun | null> {
  const [run] = await query<CheckerRun>(tx, LAST)
  return run ?? null
}

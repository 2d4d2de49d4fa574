import type { CourseVersionStore } from '@laurel/course-versions'
import { isDatabaseUnavailable, retryingTransaction, transaction, trySessionLock } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import type { DataSource } from 'typeorm'
import type { CheckerMetrics } from '../checker/checker-metrics'
import type { LearningPlatform } from '../checker/learning-platform'
import { findDue, type CheckableLearner } from '../persistence/check-store'
import {
  beginRun,
  closeInterrupted,
  finishRun,
  lastSweptTo,
  noteSweep,
  RunTakenOverError,
  type CheckerEnd,
  type CheckerRun,
} from '../persistence/checker-run-store'
import { askPlatform, recordAnswer, type RecordPorts, type Told } from './check-learner'
import { sweepLedgers } from './sweep-ledgers'

export interface CheckerPorts extends RecordPorts {
  readonly dataSource: DataSource
  readonly versions: CourseVersionStore
  /** By the name that external_refs give them. */
  readonly platforms: ReadonlyMap<string, LearningPlatform>
  readonly metrics: CheckerMetrics
  readonly logger: Logger
  readonly now: () => Date
  /** Learners asked about at a time. */
  readonly concurrency: number
  /** A learner is due again this long after the last check: less than the schedule's interval, and what a killed run has done is not done again. */
  readonly recheckMs: number
}

export interface RunRequest {
  readonly trigger: 'schedule' | 'off-peak' | 'request'
  readonly batchSize: number
  readonly budgetMs: number
  /** One batch and no sweep, in place of all that is due. */
  readonly isOneBatch: boolean
  /** Aborted when the process ends: what is not recorded by then is left to the next run. */
  readonly signal: AbortSignal
}

/** Of a run's budget, the part that the sweep may take before learners are checked: 1 of these. */
const SWEEP_SHARE = 5

/**
 * Asks the platforms about all learners who are due, the longest unchecked first, batch after batch until nobody is due
 * or the budget ends, and sweeps the ledgers. Each learner's result commits by itself, so that a run that is killed has
 * done what it has recorded, and the next one goes on from there.
 *
 * @returns null when another runner of the cluster is at work
 */
export async function runChecker(ports: CheckerPorts, request: RunRequest): Promise<CheckerRun | null> {
  const runner = ports.dataSource.createQueryRunner()
  try {
    await runner.connect()
    const lock = await trySessionLock(runner.manager, 'checker')
    if (!lock) return null
    try {
      return await run(ports, request)
    } finally {
      await lock.release()
    }
  } finally {
    await runner.release().catch(() => undefined)
  }
}

async function run(ports: CheckerPorts, request: RunRequest): Promise<CheckerRun> {
  const { dataSource, metrics, logger, now } = ports
  const startedAt = now()
  const { runId, sweptTo } = await transaction(dataSource, async (tx) => {
    await closeInterrupted(tx, startedAt)
    return { sweptTo: await lastSweptTo(tx), runId: await beginRun(tx, request.trigger, startedAt) }
  })
  const ended = await work(ports, request, { runId, startedAt, sweptTo }).catch((error: unknown): CheckerEnd => {
    if (request.signal.aborted) return 'stopped'
    if (error instanceof RunTakenOverError) return 'interrupted'
    logger.error('checker run failed', { run_id: runId, err: error })
    return 'failed'
  })
  const done = await transaction(dataSource, (tx) => finishRun(tx, runId, now(), ended))
  metrics.runSeconds.observe({ trigger: done.trigger, ended: done.ended! }, (done.finishedAt!.getTime() - startedAt.getTime()) / 1_000)
  const { processed, completed, errors, undecided } = done
  logger.info('checker run ended', { run_id: runId, trigger: done.trigger, ended: done.ended, processed, completed, errors, undecided })
  return done
}

interface OpenRun {
  readonly runId: string
  readonly startedAt: Date
  readonly sweptTo: string | null
}

async function work(ports: CheckerPorts, request: RunRequest, open: OpenRun): Promise<CheckerEnd> {
  if (!request.isOneBatch) {
    await sweep(ports, request, open).catch((err: unknown) => ports.logger.error('sweep failed', { run_id: open.runId, err }))
  }
  const left = new Map(ports.platforms)
  const before = new Date(open.startedAt.getTime() - ports.recheckMs)
  const unlessAway = (ended: CheckerEnd): CheckerEnd => (left.size < ports.platforms.size ? 'platform-away' : ended)
  for (;;) {
    const due = await transaction(ports.dataSource, (tx) => findDue(tx, [...left.keys()], before, request.batchSize))
    if (due.length === 0) return unlessAway('nobody-due')
    const cutShort = await checkBatch(ports, request, open, left, due)
    if (cutShort) return cutShort
    if (request.isOneBatch) return unlessAway('batch-done')
  }
}

async function sweep(ports: CheckerPorts, { budgetMs }: RunRequest, { runId, startedAt, sweptTo: after }: OpenRun): Promise<void> {
  const until = startedAt.getTime() + budgetMs / SWEEP_SHARE
  const { decided, sweptTo } = await sweepLedgers(ports, after, () => ports.now().getTime() >= until)
  await transaction(ports.dataSource, (tx) => noteSweep(tx, runId, decided, sweptTo))
  if (decided === 0) return
  ports.metrics.undecided.inc(decided)
  ports.logger.error('satisfied ledgers had been left undecided', { run_id: runId, ledgers: decided })
}

/** @returns why the run is to end within the batch; null to go on. A platform that is away is taken out of `left`. */
async function checkBatch(
  ports: CheckerPorts,
  { budgetMs, signal }: RunRequest,
  { runId, startedAt }: OpenRun,
  left: Map<string, LearningPlatform>,
  batch: readonly CheckableLearner[],
): Promise<CheckerEnd | null> {
  for (let from = 0; from < batch.length; from += ports.concurrency) {
    if (signal.aborted) return 'stopped'
    if (ports.now().getTime() >= startedAt.getTime() + budgetMs) return 'budget'
    const group = batch.slice(from, from + ports.concurrency)
    const answers = await Promise.all(group.map((learner) => askPlatform(left, learner, signal)))
    for (const [i, learner] of group.entries()) {
      const answer = answers[i]!
      if (answer.kind === 'away') left.delete(learner.platform)
      else await record(ports, runId, learner, answer)
    }
  }
  return null
}

async function record(ports: CheckerPorts, runId: string, learner: CheckableLearner, answer: Told): Promise<void> {
  const write = (told: Told) => retryingTransaction(ports.dataSource, (tx) => recordAnswer(tx, ports, runId, learner, told, ports.now()))
  let reason = answer.kind === 'failed' ? answer.reason : null
  const checkedAs = await write(answer).catch((error: unknown) => {
    if (error instanceof RunTakenOverError || isDatabaseUnavailable(error)) throw error
    // One learner whose result cannot be recorded must not keep the others from being checked.
    reason = error instanceof Error ? error.message : String(error)
    return write({ kind: 'failed', reason })
  })
  ports.metrics.checks.inc({ result: checkedAs })
  if (reason !== null) ports.logger.warn('check failed', { run_id: runId, learner_id: learner.id, reason })
}

import type { CourseVersionStore } from '@laurel/course-versions'
import { isDatabaseUnavailable, retryingTransaction, transaction, type Tx } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import type { DataSource } from 'typeorm'
import { findLearners, type Learner } from '../persistence/learner-store'
import { claimDelivery, settleDelivery, type DueDelivery, type Settlement } from '../persistence/webhook-delivery-store'
import type { PlatformReport } from '../webhooks/platform'
import { readReports } from '../webhooks/read-reports'
import { completeFromOutside, type OutsideCompletion, type OutsideOutcome } from './complete-from-outside'

export interface DeliveryProcessing {
  readonly dataSource: DataSource
  readonly versions: CourseVersionStore
  readonly logger: Logger
  readonly metrics: { countProcessed(platform: string, status: string): void }
}

/**
 * A waiting delivery is tried again after half a minute, then ever more seldom, at last every six hours: many report
 * courses that are none of ours, and those that are get hastened when their learner arrives.
 */
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 6 * 3_600_000

/**
 * Processes every delivery that is due, each in a transaction of its own that claims it, so that any number of
 * processes may do so at once and each delivery counts once. One that cannot be applied waits with the reason, and
 * holds up no other.
 *
 * @param signal ends the work between two deliveries
 * @returns how many were processed
 * @throws when the database cannot be used
 */
export async function processDeliveries(work: DeliveryProcessing, now: Date, signal?: AbortSignal): Promise<number> {
  for (let processed = 0; ; processed++) {
    if (signal?.aborted || !(await processNext(work, now))) return processed
  }
}

async function processNext(work: DeliveryProcessing, now: Date): Promise<boolean> {
  const last: { claimed: DueDelivery | null } = { claimed: null }
  try {
    const attempt = await retryingTransaction(work.dataSource, async (tx) => {
      const delivery = (last.claimed = await claimDelivery(tx, now))
      if (delivery === null) return null
      const settlement = await apply(tx, work.versions, delivery, now)
      await settleDelivery(tx, delivery, settlement, now)
      return { platform: delivery.platform, status: settlement.status }
    })
    if (attempt !== null) work.metrics.countProcessed(attempt.platform, attempt.status)
    return attempt !== null
  } catch (error) {
    if (last.claimed === null || isDatabaseUnavailable(error)) throw error
    await postpone(work, last.claimed, error as Error, now)
    return true
  }
}

/** Applies what can be applied of a delivery. To apply a part again is harmless: the once-only door keeps what a delivery says once. */
async function apply(tx: Tx, versions: CourseVersionStore, delivery: DueDelivery, now: Date): Promise<Settlement> {
  const { reports, problems } = readReports(delivery.platform, delivery.body)
  const completions = reports.filter((report) => report.completed)
  const wanted = completions.map(({ externalCourseId, learner }) => ({ platform: delivery.platform, externalCourseId, ...learner }))
  const learners = wanted.length === 0 ? [] : await findLearners(tx, wanted)
  const facts = completions.flatMap((report, i) => learners[i]!.map((learner) => toFact(delivery, report, learner)))
  const outcomes = facts.length === 0 ? [] : await completeFromOutside(tx, versions, facts, now)
  if (problems.length > 0) return { status: 'failed', reason: problems.join('; ') }
  const unmatched = completions.filter((_, i) => learners[i]!.length === 0)
  if (unmatched.length > 0) return waiting(delivery, unmatched, now)
  return { status: 'done', reason: summary(outcomes) }
}

function toFact(delivery: DueDelivery, { completedAt }: PlatformReport, learner: Learner): OutsideCompletion {
  return {
    courseVersionId: learner.courseVersionId,
    userId: learner.userId,
    detectedBy: 'webhook',
    // What a platform dates into the future counts as of its arrival, however much later it is processed.
    completedAt: completedAt && new Date(Math.min(completedAt.getTime(), delivery.receivedAt.getTime())),
    detectedFrom: delivery.deliveryId,
  }
}

function waiting(delivery: DueDelivery, unmatched: readonly PlatformReport[], now: Date): Settlement {
  const awaitedCourses = [...new Set(unmatched.map((report) => report.externalCourseId))]
  const reason = `${unmatched.length} reported completions match no learner of course ${awaitedCourses.join(', ')}`
  return { status: 'waiting', reason, awaitedCourses, dueAt: nextAttempt(delivery, now) }
}

function summary(outcomes: readonly OutsideOutcome[]): string {
  if (outcomes.length === 0) return 'reports no completion'
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, each]) => `${outcome}: ${each.length}`)
  return counts.toSorted().join(', ')
}

/** A failure that is ours: nothing of the delivery was applied, and it is not the delivery that is to blame. */
async function postpone(
  { dataSource, logger, metrics }: DeliveryProcessing,
  delivery: DueDelivery,
  error: Error,
  now: Date,
): Promise<void> {
  const { deliveryId: delivery_id, platform, attempts } = delivery
  // Not the error's message, which may quote a value: those are a learner's.
  logger.error('webhook delivery could not be applied, to be tried again', { delivery_id, platform, attempts, error: error.name })
  const reason = `could not be applied: ${error.name}`
  const settlement: Settlement = { status: 'waiting', reason, awaitedCourses: [], dueAt: nextAttempt(delivery, now) }
  await transaction(dataSource, (tx) => settleDelivery(tx, delivery, settlement, now))
  metrics.countProcessed(platform, 'postponed')
}

function nextAttempt({ attempts }: DueDelivery, now: Date): Date {
  return new Date(now.getTime() + Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts, 20), LONGEST_WAIT_MS))
}

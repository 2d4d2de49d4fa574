import { retryingTransaction } from '@laurel/postgres'
import type { CheckableLearner } from '../persistence/check-store'
import { beginRun, finishRun } from '../persistence/checker-run-store'
import type { Learner } from '../persistence/learner-store'
import { askPlatform, recordAnswer, type CheckedAs } from './check-learner'
import type { CheckerPorts } from './run-checker'

/**
 * What the check of one learner in one platform course came to: as a run records it, or `away` (the platform does not
 * answer) or `unresolved` (their e-mail is not known), which record nothing.
 */
export interface LearnerCheck {
  readonly learner: Learner
  readonly result: CheckedAs | 'away' | 'unresolved'
}

type FoundLearner = Omit<CheckableLearner, 'email'> & { readonly email: string | null }

/** Checks these learners at once, whoever else is checking, as a run of its own. */
export async function checkNow(ports: CheckerPorts, learners: readonly FoundLearner[], signal: AbortSignal): Promise<LearnerCheck[]> {
  const checks: LearnerCheck[] = []
  for (const learner of learners) checks.push({ learner, result: await checkOne(ports, learner, signal) })
  return checks
}

async function checkOne(ports: CheckerPorts, learner: FoundLearner, signal: AbortSignal): Promise<LearnerCheck['result']> {
  if (!isResolved(learner)) return 'unresolved'
  const startedAt = ports.now()
  const answer = await askPlatform(ports.platforms, learner, signal)
  if (answer.kind === 'away') return 'away'
  const result = await retryingTransaction(ports.dataSource, async (tx) => {
    const runId = await beginRun(tx, 'check', startedAt)
    const checkedAs = await recordAnswer(tx, ports, runId, learner, answer, ports.now())
    await finishRun(tx, runId, ports.now(), 'batch-done')
    return checkedAs
  })
  ports.metrics.checks.inc({ result })
  return result
}

function isResolved(learner: FoundLearner): learner is CheckableLearner {
  return learner.email !== null
}

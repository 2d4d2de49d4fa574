import type { CourseVersionStore } from '@laurel/course-versions'
import { PostponeJobError } from '@laurel/jobs'
import type { Tx } from '@laurel/postgres'
import type { LearningPlatform, Standing } from '../checker/learning-platform'
import { recordCheck, recordMiss, type CheckableLearner } from '../persistence/check-store'
import { countCheck } from '../persistence/checker-run-store'
import { completeFromOutside, type OutsideOutcome } from './complete-from-outside'
import { cutEvidence } from './cut-evidence'
import type { OnFindable } from './resolve-learner'

/** What asking a platform about one learner gave. */
export type Answer =
  | { readonly kind: 'found'; readonly standing: Standing }
  /** The platform knows no such learner in this course. */
  | { readonly kind: 'unknown' }
  /** The question failed; another learner's may not. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The platform answers nobody for now; the learner was not checked. */
  | { readonly kind: 'away' }

/** An answer that is to be recorded. */
export type Told = Exclude<Answer, { kind: 'away' }>

/** What came of a check that was recorded. */
export type CheckedAs = 'complete' | 'incomplete' | 'failed'

/** What the recording of a check needs beside the transaction. */
export interface RecordPorts {
  readonly versions: CourseVersionStore
  readonly onFindable: OnFindable
}

/** @throws the signal's reason once it is aborted, and nothing else */
export async function askPlatform(
  platforms: ReadonlyMap<string, LearningPlatform>,
  learner: CheckableLearner,
  signal: AbortSignal,
): Promise<Answer> {
  const platform = platforms.get(learner.platform)
  if (!platform) return { kind: 'away' }
  try {
    const standing = await platform.standing(learner.email, learner.externalCourseId, signal)
    return standing ? { kind: 'found', standing } : { kind: 'unknown' }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof PostponeJobError) return { kind: 'away' }
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * Records what a check gave, in one transaction: the learner's row, the run's counts, and where the course is complete
 * the completion, through the same door as events.
 *
 * @throws RunTakenOverError when another runner has taken over: nothing is to be recorded
 */
export async function recordAnswer(
  tx: Tx,
  ports: RecordPorts,
  runId: string,
  learner: CheckableLearner,
  answer: Told,
  now: Date,
): Promise<CheckedAs> {
  const checkedAs = await write(tx, ports, runId, learner, answer, now)
  await countCheck(tx, runId, checkedAs)
  return checkedAs
}

async function write(tx: Tx, ports: RecordPorts, runId: string, learner: CheckableLearner, answer: Told, now: Date): Promise<CheckedAs> {
  switch (answer.kind) {
    case 'found':
      return recordStanding(tx, ports, runId, learner, answer.standing, now)
    case 'unknown':
      await recordMiss(tx, learner.id, now, 'the platform knows no such learner in this course')
      return 'incomplete'
    case 'failed':
      await recordMiss(tx, learner.id, now, answer.reason)
      return 'failed'
    default:
      return answer satisfies never
  }
}

async function recordStanding(
  tx: Tx,
  { versions, onFindable }: RecordPorts,
  runId: string,
  learner: CheckableLearner,
  standing: Standing,
  now: Date,
): Promise<CheckedAs> {
  const { courseVersionId, userId, platform, externalCourseId } = learner
  const { isComplete, completedAt, externalLearnerId, evidence } = standing
  const fact = { courseVersionId, userId, detectedBy: 'checker', completedAt, detectedFrom: runId } as const
  const [outcome] = isComplete ? await completeFromOutside(tx, versions, [fact], now) : []
  const isHit = isCompletion(outcome)
  const completionData = isHit ? cutEvidence(evidence) : null
  await recordCheck(tx, learner.id, { checkedAt: now, isHit, completedAt: completedAt ?? now, completionData, externalLearnerId })
  if (learner.externalLearnerId !== externalLearnerId) await onFindable(tx, platform, [externalCourseId])
  return isHit ? 'complete' : 'incomplete'
}

/** Of another cycle, or while the enrollment is not active, the platform's word is kept but completes nothing now. */
function isCompletion(outcome: OutsideOutcome | undefined): boolean {
  return outcome === 'completed' || outcome === 'already-complete'
}

import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { CourseVersionStore } from '@laurel/course-versions'
import { passFence, type BatchHandler, type Fence, type FenceKey } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import { builtService } from '@laurel/dev-stack'

/** An entry of a ledger's evidence, as completion-detection writes it. */
export interface LogEntry {
  readonly ordinal: number
  readonly at: number
  readonly score: null
  readonly receivedAt: number
  readonly partition: number
  readonly offset: number
}

/** How completion-detection keeps evidence. */
export interface EvidenceFormat {
  encodeLog(entries: readonly LogEntry[]): Buffer
  /** Bytes that a ledger's own row holds; what is older is in pages. */
  readonly rowBytes: number
}

/** What happens to a batch of lesson.completed between `begin` and `commit`. */
export interface LessonFold {
  passFence(tx: Tx, key: FenceKey, next: bigint): Promise<Fence | undefined>
  readonly apply: BatchHandler
}

/**
 * Services are measured as they were built, here too: what is loaded from them at run time is what `npm start` starts,
 * and no import ties this tool to a service.
 */
const load = createRequire(__filename)
const ofCompletionDetection = (path: string): unknown => load(join(builtService('completion-detection'), path))

export function evidenceFormat(): EvidenceFormat {
  const { encodeLog } = ofCompletionDetection('domain/evidence-log.js') as Pick<EvidenceFormat, 'encodeLog'>
  const { ROW_EVIDENCE_BYTES } = ofCompletionDetection('persistence/ledger-store.js') as { ROW_EVIDENCE_BYTES: number }
  return { encodeLog, rowBytes: ROW_EVIDENCE_BYTES }
}

export function lessonFold(versions: CourseVersionStore): LessonFold {
  const { OnLessonCompleted } = ofCompletionDetection('consumers/on-lesson-completed.consumer.js') as {
    OnLessonCompleted: new (versions: CourseVersionStore) => { apply: BatchHandler }
  }
  const consumer = new OnLessonCompleted(versions)
  return { passFence, apply: (batch, context) => consumer.apply(batch, context) }
}

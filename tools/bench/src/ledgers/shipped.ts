import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { CourseVersionStore } from '@laurel/course-versions'
import type { BatchHandler } from '@laurel/messaging'
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

/** What happens to a batch of lesson.completed between the fence and the commit. */
export function lessonFold(versions: CourseVersionStore): BatchHandler {
  const { OnLessonCompleted } = ofCompletionDetection('consumers/on-lesson-completed.consumer.js') as {
    OnLessonCompleted: new (versions: CourseVersionStore) => { apply: BatchHandler }
  }
  const consumer = new OnLessonCompleted(versions)
  return (batch, context) => consumer.apply(batch, context)
}

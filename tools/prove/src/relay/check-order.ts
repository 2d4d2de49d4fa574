import {
  CourseCompletedV1,
  CourseVersionPublishedV1,
  CredentialIssuedV1,
  EnrollmentChangedV1,
  enrollmentKey,
  LessonCompletedV1,
  QuizAttemptedV1,
} from '@laurel/contracts'
import { readTopic } from '@laurel/messaging'
import type { StackRun } from '../stack-proof/stack-proof'
import { LATE_SOURCE } from './late-commit'

const PUBLISHED = [
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
  CourseCompletedV1,
  CredentialIssuedV1,
].map(({ topic }) => topic)

/**
 * In enrollment.changed the revisions of a key rise, when what was there before is passed over. Returns how many events the
 * relays have published so far, and how many of these records were there before.
 */
export async function checkOrder({ load, findings }: StackRun): Promise<{ events: number; repeats: number }> {
  const seen = new Set<string>()
  const latest = new Map<string, number>()
  let repeats = 0
  for (const topic of PUBLISHED) {
    await readTopic(load.kafka, topic, ({ headers, value }) => {
      if (!isRelayed(String(headers['ce_source']))) return
      const id = `${topic} ${String(headers['ce_id'])}`
      if (seen.has(id)) return void repeats++
      seen.add(id)
      if (topic !== EnrollmentChangedV1.topic) return
      const data = JSON.parse(String(value)) as EnrollmentChangedV1
      const key = enrollmentKey(data)
      const before = latest.get(key) ?? -1
      if (data.revision <= before) findings.add('wrong', `${topic} of ${key}: revision ${data.revision} after ${before}`)
      latest.set(key, data.revision)
    })
  }
  return { events: seen.size, repeats }
}

/** A service's own event, or the one that the proof put into an outbox. */
function isRelayed(source: string): boolean {
  return source.startsWith('/laurel/') || source === LATE_SOURCE
}

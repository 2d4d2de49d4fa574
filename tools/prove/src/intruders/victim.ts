import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CourseVersionPublishedV1,
  EnrollmentRequestedV1,
  LessonCompletedV1,
  QuizAttemptedV1,
  type EventDefinition,
} from '@laurel/contracts'
import { toOutbox } from '@laurel/messaging'
import type { WholeStack } from '../stage/whole-stack'
import type { Door } from './door'
import type { Caller } from './people'

/** A learner of an organisation with something in every service: two courses of which one is complete, a certificate, a record. */
export interface Victim {
  readonly userId: string
  readonly orgId: string
  /** Complete. */
  readonly versionId: string
  readonly courseId: string
  /** Under way. */
  readonly openVersionId: string
  readonly openLessonId: string
  readonly openQuizId: string
  readonly certificateUid: string
}

const ARRIVES_WITHIN_MS = 60_000

/** Has the learner complete a course through Kafka, and waits until every service knows. */
export async function makeVictim(stack: WholeStack, door: Door, admin: Caller, signal: AbortSignal): Promise<Victim> {
  const [userId, orgId] = [randomUUID(), randomUUID()]
  const [done, open] = [courseVersion(), courseVersion()]
  const time = (n: number) => new Date(Date.now() - 60_000 + n * 1_000).toISOString()
  const key = ({ course_version_id }: CourseVersionPublishedV1) => ({ course_version_id, user_id: userId })
  const producer = stack.kafka('laurel-prove-intruders').producer({ allowAutoTopicCreation: false })
  const send = async <T>(definition: EventDefinition<T>, data: T) => {
    const { topic, key: of, headers, value } = toOutbox(definition, { id: randomUUID(), source: '/player' }, data)
    await producer.send({ topic, messages: [{ key: of, headers, value }] })
  }
  await producer.connect()
  for (const version of [done, open]) {
    await send(CourseVersionPublishedV1, version)
    await send(EnrollmentRequestedV1, { ...key(version), action: 'enroll', org_id: orgId, requested_at: time(0) })
  }
  await send(LessonCompletedV1, { ...key(done), lesson_id: done.lessons[0]!.lesson_id, completed_at: time(1) })
  for (const version of [done, open]) {
    const attempt = { quiz_id: version.quizzes[0]!.quiz_id, attempt_number: 1, score: version === done ? 90 : 10 }
    await send(QuizAttemptedV1, { ...key(version), ...attempt, is_passed: version === done, completed_at: time(2) })
  }
  await producer.disconnect()
  const certificate = await firstItem(door, 'credential', `/api/v1/certificates?user_id=${userId}`, admin, signal)
  await firstItem(door, 'hr-report', `/api/v1/training-records?user_id=${userId}`, admin, signal)
  return {
    userId,
    orgId,
    versionId: done.course_version_id,
    courseId: done.course_id,
    openVersionId: open.course_version_id,
    openLessonId: open.lessons[0]!.lesson_id,
    openQuizId: open.quizzes[0]!.quiz_id,
    certificateUid: certificate['certificate_uid'] as string,
  }
}

function courseVersion(): CourseVersionPublishedV1 {
  return {
    course_version_id: randomUUID(),
    course_id: randomUUID(),
    version: 1,
    title: 'Handling food safely',
    published_at: '2026-01-01T00:00:00.000Z',
    lessons: [{ lesson_id: randomUUID(), title: 'A lesson', position: 0, required: true }],
    quizzes: [{ quiz_id: randomUUID(), title: 'A quiz', required: true, pass_threshold_percentage: 50 }],
    credential: { enabled: true },
    hr: { course_code: 'FOOD-101' },
  }
}

async function firstItem(
  door: Door,
  service: 'credential' | 'hr-report',
  path: string,
  admin: Caller,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const deadline = Date.now() + ARRIVES_WITHIN_MS
  for (;;) {
    const { status, text } = await door.call(service, { method: 'GET', path }, admin)
    const [item] = status === 200 ? (JSON.parse(text) as { items: Record<string, unknown>[] }).items : []
    if (item !== undefined) return item
    if (Date.now() > deadline) throw new Error(`${service} does not show what was done: ${status} ${text}`)
    await pause(200, undefined, { signal })
  }
}

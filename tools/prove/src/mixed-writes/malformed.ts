import { LessonProgressedV1, QuizAttemptedV1 } from '@laurel/contracts'
import type { Random } from '../random'
import type { Records } from './records'
import type { Enrollment } from './world'
import type { KafkaWrite } from './writes'

type Spoil = (record: KafkaWrite, random: Random) => Partial<KafkaWrite>

const json = (record: KafkaWrite) => JSON.parse(record.value!.toString()) as Record<string, unknown>
const withData =
  (change: Record<string, unknown>): Spoil =>
  (record) => ({ value: Buffer.from(JSON.stringify({ ...json(record), ...change })) })

/** Ways in which a record can never be taken. */
const SPOILS: readonly Spoil[] = [
  () => ({ value: null }),
  ({ value }) => ({ value: value!.subarray(0, value!.length - 3) }),
  () => ({ value: Buffer.from([0xff, 0xfe, 0x00, 0x80]) }),
  () => ({ value: Buffer.from('[]') }),
  withData({ progress_percentage: 100.5, score: -1 }),
  withData({ user_id: 'nobody' }),
  withData({ occurred_at: '2025-02-30T00:00:00.000Z', completed_at: 'yesterday' }),
  ({ headers: { ce_type: _type, ...headers } }) => ({ headers }),
  ({ headers }) => ({ headers: { ...headers, ce_type: 'lesson.progressed.v99' } }),
  ({ headers }) => ({ headers: { ...headers, ce_specversion: '0.3' } }),
  // No lesson and no quiz of this version.
  (record, random) => withData({ lesson_id: random.uuid(), quiz_id: random.uuid() })(record, random),
]

/** How many ways there are. */
export const WAYS = SPOILS.length

/** The nth way of a record that must end as a dead letter. */
export function malformed(random: Random, records: Records, enrollment: Enrollment, nth: number): KafkaWrite {
  const [lesson, quiz] = [enrollment.version.lessons[0]!.lesson_id, enrollment.version.quizzes[0]!.quiz_id]
  const at = Date.UTC(2025, 5, 1)
  const good = random.chance(0.5)
    ? records.progressed(enrollment, { lessonId: lesson, percentage: 50, at })
    : records.attempted(enrollment, { quizId: quiz, number: 900 + nth, score: 50, startedAt: null, completedAt: at })
  return { ...good, ...SPOILS[nth % WAYS]!(good, random), effect: { kind: 'dead-letter' } }
}

/** A good event of a course version, or a learner's enrollment, that never comes: it waits for ever. */
export function orphan(random: Random, records: Records, { userId, version }: Enrollment): KafkaWrite {
  const at = '2025-06-01T00:00:00.000Z'
  if (random.chance(0.5)) {
    const data = { user_id: userId, course_version_id: random.uuid(), lesson_id: random.uuid(), progress_percentage: 100, occurred_at: at }
    return records.of(LessonProgressedV1, data, { kind: 'park' })
  }
  const { quiz_id } = version.quizzes[0]!
  const data = { user_id: random.uuid(), course_version_id: version.course_version_id, quiz_id, attempt_number: 1, score: 100 }
  return records.of(QuizAttemptedV1, { ...data, is_passed: true, completed_at: at }, { kind: 'park' })
}

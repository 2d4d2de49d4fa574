import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import type { EventLine } from '../input/event-line'
import { foreignHeaders } from '../input/foreign-headers'
import type { Random } from './random'

const NOISE_BYTES = 300 * 1024

/** 20 messages that every consumer must refuse, each for another reason. Their learners do not exist. */
export function malformedMessages(version: CourseVersionPublishedV1, time: string, random: Random): EventLine[] {
  const ids = () => ({ user_id: random.uuid(), course_version_id: version.course_version_id })
  const lesson_id = version.lessons[0]!.lesson_id
  const progressed = () => ({ ...ids(), lesson_id, progress_percentage: 50, occurred_at: time })
  const completed = () => ({ ...ids(), lesson_id, completed_at: time })
  const attempted = () => ({
    ...ids(),
    quiz_id: version.quizzes[0]!.quiz_id,
    attempt_number: 1,
    score: 90,
    is_passed: true,
    completed_at: time,
  })
  const requested = () => ({ ...ids(), action: 'enroll', requested_at: time })

  const headers = (topic: string) => foreignHeaders(topic, random.uuid(), time)
  const data = (topic: string, value: unknown): EventLine => ({ topic, headers: headers(topic), data: value })
  const raw = (topic: string, bytes: string | Buffer): EventLine => ({
    topic,
    headers: headers(topic),
    raw_base64: Buffer.from(bytes).toString('base64'),
  })
  const without = (name: string, { headers, ...line }: EventLine): EventLine => ({
    ...line,
    headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([key]) => key !== name)),
  })
  const typed = (ce_type: string, { headers, ...line }: EventLine): EventLine => ({ ...line, headers: { ...headers, ce_type } })

  return [
    raw('lesson.completed', JSON.stringify(completed()).slice(0, -2)),
    raw('lesson.progressed', JSON.stringify(progressed()).replaceAll('"', "'")),
    raw('lesson.progressed', JSON.stringify(progressed()).replace('"progress_percentage":50', '"progress_percentage":NaN')),
    raw('lesson.progressed', random.bytes(NOISE_BYTES)),
    { ...data('lesson.completed', undefined), raw_base64: null },
    data('quiz.attempted', null),
    data('quiz.attempted', [attempted()]),
    without('ce_type', data('lesson.completed', completed())),
    without('ce_id', data('lesson.progressed', progressed())),
    without('ce_source', data('quiz.attempted', attempted())),
    typed('lesson.exploded.v1', data('lesson.completed', completed())),
    typed('lesson.completed.v99', data('lesson.completed', completed())),
    data('lesson.completed', { ...completed(), user_id: 'learner-17' }),
    data('lesson.progressed', { ...progressed(), lesson_id: `${lesson_id}0` }),
    data('lesson.progressed', { ...progressed(), progress_percentage: 101 }),
    data('quiz.attempted', { ...attempted(), score: 'NaN' }),
    data('lesson.completed', { ...completed(), completed_at: `${time.slice(0, 4)}-02-30T12:00:00.000Z` }),
    data('lesson.completed', { ...completed(), lesson_id: undefined }),
    data('enrollment.requested', { ...requested(), action: 'expel' }),
    data('course-version.published', { ...version, course_version_id: random.uuid(), electives: [{ choose: 2, of: [lesson_id] }] }),
  ]
}

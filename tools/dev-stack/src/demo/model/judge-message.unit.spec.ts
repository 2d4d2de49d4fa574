import { foreignHeaders } from '../input/foreign-headers'
import { courseVersion, LESSON, lessonCompleted, row, time, uuid, VERSION_ID } from '../input-files.fixture'
import { judgeMessage } from './judge-message'

const { topic, data } = lessonCompleted(uuid(100, '1'), LESSON.a)
const headers = foreignHeaders(topic, 'an-id', time(1))
const judged = (change: { topic?: string; headers?: Record<string, string>; content?: { data: unknown } | { raw: Buffer | null } }) =>
  judgeMessage({ line: 1, topic, headers, content: { data }, ...change })

it('takes an event as data, as bytes, without headers, and with the least that CloudEvents asks for', () => {
  const evidence = { kind: 'evidence', evidence: { topic, data } }
  const { ce_specversion, ce_id, ce_source, ce_type } = headers as Record<string, string> &
    Record<'ce_specversion' | 'ce_id' | 'ce_source' | 'ce_type', string>
  expect(judged({})).toEqual(evidence)
  expect(judged({ content: { raw: Buffer.from(JSON.stringify(data)) } })).toEqual(evidence)
  expect(judgeMessage({ line: 1, topic, headers: undefined, content: { data } })).toEqual(evidence)
  expect(judged({ headers: { ce_specversion, ce_id, ce_source, ce_type } })).toEqual(evidence)
})

it.each([
  ['an empty set of headers', { headers: {} }, 'header ce_specversion is missing'],
  ['another version of CloudEvents', { headers: { ...headers, ce_specversion: '0.3' } }, 'header ce_specversion is 0.3'],
  ['another content type', { headers: { ...headers, 'content-type': 'text/csv' } }, 'header content-type is text/csv'],
  ['the type of another topic', { headers: { ...headers, ce_type: 'quiz.attempted.v1' } }, 'ce_type quiz.attempted.v1 is unknown'],
  ['a null value', { content: { raw: null } }, 'the value is not JSON'],
  ['text that is not UTF-8', { content: { raw: Buffer.from([0x22, 0xff, 0x22]) } }, 'the value is not JSON'],
  ['data that breaks the contract', { content: { data: { ...data, user_id: 'x' } } }, 'user_id must be a UUID (got "x")'],
])('calls %s malformed', (_, change, reason) => {
  expect(judged(change)).toEqual({ kind: 'malformed', reason })
})

it('calls a course version malformed when its rule makes no sense, and else misplaced', () => {
  const published = (version: unknown) =>
    judged({
      topic: 'course-version.published',
      headers: { ...headers, ce_type: 'course-version.published.v1' },
      content: { data: version },
    })
  expect(published(courseVersion())).toEqual({ kind: 'misplaced' })
  expect(published(courseVersion({ electives: [{ choose: 3, of: [LESSON.a] }] }))).toMatchObject({ kind: 'malformed' })
})

it('calls a valid request misplaced', () => {
  const [user_id, course_version_id, action] = row(uuid(100, '1')).split(',')
  const request = { user_id, course_version_id, action, requested_at: time(1) }
  expect(course_version_id).toBe(VERSION_ID)
  expect(
    judged({ topic: 'enrollment.requested', headers: { ...headers, ce_type: 'enrollment.requested.v1' }, content: { data: request } }),
  ).toEqual({ kind: 'misplaced' })
})

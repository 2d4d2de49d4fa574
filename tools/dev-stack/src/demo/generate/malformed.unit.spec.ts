import { judgeMessage } from '../model/judge-message'
import { courseVersion } from '../input-files.fixture'
import type { Message } from '../input/read-events'
import { malformedMessages } from './malformed'
import { Random } from './random'

const messages = malformedMessages(courseVersion(), '2025-01-06T08:00:00.000Z', new Random('a seed'))

/** As events.jsonl would carry it. */
function read(line: (typeof messages)[number]): Message {
  const { topic, headers, data, raw_base64 } = JSON.parse(JSON.stringify(line)) as (typeof messages)[number]
  const raw = raw_base64 === null ? null : Buffer.from(raw_base64 ?? '', 'base64')
  return { line: 1, topic, headers, content: raw_base64 === undefined ? { data } : { raw } }
}

it('makes 20 messages of which each must be refused', () => {
  expect(messages).toHaveLength(20)
  expect(messages.map((line) => judgeMessage(read(line)).kind)).toEqual(Array.from({ length: 20 }, () => 'malformed'))
})

it.each([
  'the value is not JSON',
  'header ce_type is missing',
  'header ce_id is missing',
  'ce_type lesson.exploded.v1 is unknown',
  'ce_type lesson.completed.v99 is unknown',
  'user_id must be a UUID',
  'progress_percentage must be <= 100',
  'score must be a number (got "NaN")',
  'electives[0].choose must be 1 to 1',
])('covers: %s', (reason) => {
  const reasons = messages.map((line) => judgeMessage(read(line))).map((judged) => (judged.kind === 'malformed' ? judged.reason : ''))
  expect(reasons.some((known) => known.startsWith(reason))).toBe(true)
})

it('covers a record without a value and 300 kB of noise', () => {
  expect(messages.filter(({ raw_base64 }) => raw_base64 === null)).toHaveLength(1)
  expect(Math.max(...messages.map((line) => Buffer.from(line.raw_base64 ?? '', 'base64').length))).toBeGreaterThanOrEqual(300_000)
})

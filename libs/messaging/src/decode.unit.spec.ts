import { ceHeaders, LessonProgressedV1 } from '@laurel/contracts'
import { decode } from './decode'
import { eventTime, type RawRecord } from './received'

const sample = LessonProgressedV1.samples[0]!
const headers = ceHeaders({ id: 'e1', source: '/player', type: LessonProgressedV1.type, time: '2026-01-02T03:04:05.678Z' })
const record = (over: Partial<RawRecord> = {}): RawRecord => ({
  topic: LessonProgressedV1.topic,
  partition: 3,
  offset: 42n,
  key: Buffer.from('k'),
  value: Buffer.from(JSON.stringify(sample)),
  headers,
  recordTime: new Date('2026-01-02T03:04:06.000Z'),
  ...over,
})
const reasonFor = (over: Partial<RawRecord>) => {
  const decoded = decode(record(over))
  return decoded.ok ? null : decoded.reason
}
const without = (name: string) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
const withData = (data: unknown) => ({ value: Buffer.from(JSON.stringify(data)) })

describe('decode', () => {
  it('reads a CloudEvent in binary mode', () => {
    const decoded = decode(record())
    expect(decoded).toMatchObject({
      ok: true,
      message: { id: 'e1', source: '/player', type: 'lesson.progressed.v1', data: sample, time: new Date('2026-01-02T03:04:05.678Z') },
    })
  })

  it('takes the record’s timestamp where ce_time is missing', () => {
    expect(decode(record({ headers: without('ce_time') }))).toMatchObject({
      ok: true,
      message: { time: new Date('2026-01-02T03:04:06.000Z') },
    })
  })

  it.each(['ce_specversion', 'ce_id', 'ce_source', 'ce_type'])('refuses a record without %s', (name) => {
    expect(reasonFor({ headers: without(name) })).toBe(`header ${name} is missing`)
  })

  it.each<[string, Partial<RawRecord>, string]>([
    ['another CloudEvents version', { headers: { ...headers, ce_specversion: '0.3' } }, 'header ce_specversion must be 1.0 (got "0.3")'],
    [
      'another content type',
      { headers: { ...headers, 'content-type': 'application/avro' } },
      'header content-type must be application/json',
    ],
    ['a time that is none', { headers: { ...headers, ce_time: 'yesterday' } }, 'header ce_time must be an RFC 3339 time (got "yesterday")'],
    [
      'an unknown version',
      { headers: { ...headers, ce_type: 'lesson.progressed.v9' } },
      'header ce_type "lesson.progressed.v9" is not a known type of topic lesson.progressed (known: lesson.progressed.v1)',
    ],
    [
      'a type of another topic',
      { headers: { ...headers, ce_type: 'quiz.attempted.v1' } },
      'is not a known type of topic lesson.progressed',
    ],
    ['a null value', { value: null }, 'value is null'],
    ['bytes that are no text', { value: Buffer.from([0xff, 0xfe, 0x00]) }, 'value is not JSON: it is not UTF-8 text'],
    ['300 kB of noise', { value: Buffer.alloc(300_000, 0x9c) }, 'value is not JSON: it is not UTF-8 text'],
    ['malformed JSON', { value: Buffer.from('{"user_id":') }, 'value is not JSON: '],
    ['NaN', { value: Buffer.from('{"progress_percentage":NaN}') }, 'value is not JSON: '],
    ['a percentage of 101', withData({ ...sample, progress_percentage: 101 }), 'progress_percentage must be <= 100 (got 101)'],
    ['a wrong uuid', withData({ ...sample, user_id: 'abc' }), 'user_id must be a UUID'],
    ['a list', withData([sample]), 'the value must be a JSON object'],
  ])('refuses %s, naming what is wrong', (_what, over, reason) => {
    expect(reasonFor(over)).toContain(reason)
  })

  it('keeps reasons short, however long the input', () => {
    expect(reasonFor({ headers: { ...headers, ce_type: 'x'.repeat(500) } })!.length).toBeLessThan(400)
  })
})

describe('eventTime', () => {
  it('counts a time in the future as the record’s timestamp', () => {
    expect(eventTime(record(), '2026-01-02T03:04:05.000Z')).toEqual(new Date('2026-01-02T03:04:05.000Z'))
    expect(eventTime(record(), '2030-01-01T00:00:00.000Z')).toEqual(new Date('2026-01-02T03:04:06.000Z'))
  })
})

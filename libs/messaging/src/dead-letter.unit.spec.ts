import { createHash } from 'node:crypto'
import { DEAD_LETTER_BYTES, toDeadLetter } from './dead-letter'
import type { RawRecord } from './received'

const record = (over: Partial<RawRecord> = {}): RawRecord => ({
  topic: 'lesson.completed',
  partition: 2,
  offset: 9n,
  key: Buffer.from('key'),
  value: Buffer.from('value'),
  headers: { ce_id: 'e' },
  recordTime: new Date(0),
  ...over,
})
const at = new Date('2026-01-02T03:04:05.678Z')

describe('toDeadLetter', () => {
  it('keeps key, value and headers, and adds where it came from and why', () => {
    expect(toDeadLetter('progress', record(), 'lesson_id is missing', at)).toEqual({
      topic: 'progress.dead-letter',
      key: Buffer.from('key'),
      value: Buffer.from('value'),
      headers: {
        ce_id: 'e',
        dl_reason: 'lesson_id is missing',
        dl_topic: 'lesson.completed',
        dl_partition: '2',
        dl_offset: '9',
        dl_at: '2026-01-02T03:04:05.678Z',
      },
    })
  })

  it('keeps the first 64 kB of a longer value, with the size and SHA-256 of the whole', () => {
    const value = Buffer.alloc(300_000, 7)
    const letter = toDeadLetter('progress', record({ value }), 'noise', at)
    expect(letter.value).toHaveLength(DEAD_LETTER_BYTES)
    expect(letter.headers).toMatchObject({ dl_value_bytes: '300000', dl_value_sha256: createHash('sha256').update(value).digest('hex') })
  })

  it('keeps a value of exactly 64 kB whole', () => {
    expect(toDeadLetter('progress', record({ value: Buffer.alloc(DEAD_LETTER_BYTES) }), 'r', at).headers['dl_value_bytes']).toBeUndefined()
  })

  it('keeps a null key and value null', () => {
    expect(toDeadLetter('progress', record({ key: null, value: null }), 'value is null', at)).toMatchObject({ key: null, value: null })
  })

  it('makes headers that any jsonb column takes', () => {
    const letter = toDeadLetter(
      'progress',
      record({ headers: { 'na\u0000me': `a\u0000${'😀'.repeat(3_000)}` } }),
      `x\u0000${'😀'.repeat(600)}`,
      at,
    )
    for (const text of [...Object.keys(letter.headers), ...Object.values(letter.headers)]) {
      expect(text).not.toContain('\u0000')
      expect(text.isWellFormed()).toBe(true)
    }
  })
})

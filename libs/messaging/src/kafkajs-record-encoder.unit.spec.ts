import encodeAsKafkajs from 'kafkajs/src/protocol/recordBatch/record/v0'
import { encodeRecord } from './kafkajs-record-encoder'
import fc from 'fast-check'
import produce from 'kafkajs/src/protocol/requests/produce/v3/request'

const bytes = fc.uint8Array({ maxLength: 300 }).map((values) => Buffer.from(values))
const text = fc.oneof(fc.constantFrom('ce_id', 'ce_type', '1.0', '', 'ä'), fc.string({ unit: 'grapheme' }))
const value = fc.oneof(text, bytes)
const record = fc.record(
  {
    offsetDelta: fc.nat(2 ** 30),
    timestampDelta: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    key: fc.option(value),
    value: fc.option(value),
    headers: fc.dictionary(text, fc.oneof(value, fc.array(value, { maxLength: 3 })), { noNullPrototype: true }),
  },
  { requiredKeys: [] },
)

describe('the encoder of records', () => {
  it('writes what the encoder of kafkajs writes', () => {
    fc.assert(fc.property(record, (given) => expect(encodeRecord(given).buffer).toEqual(encodeAsKafkajs(given).buffer)))
  })

  it('writes long values and many headers', () => {
    const given = {
      value: Buffer.alloc(1_000_000, 7),
      headers: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`h${n}`, `${n}`])),
    }
    expect(encodeRecord(given).buffer.equals(encodeAsKafkajs(given).buffer)).toBe(true)
  })

  it('is the one that the kafkajs that is installed uses: that of kafkajs takes no header without a value', async () => {
    const given = { value: Buffer.from('v'), headers: { empty: null } }
    expect(() => encodeAsKafkajs(given)).toThrow()
    const partitions = [{ partition: 0, messages: [given], firstSequence: 0 }]
    const encoded = await produce({ acks: -1, timeout: 1, topicData: [{ topic: 't', partitions }] }).encode()
    expect(encoded.buffer.includes(encodeRecord(given).buffer)).toBe(true)
  })
})

import decodeAsKafkajs from 'kafkajs/src/protocol/recordBatch/record/v0/decoder'
import { decodeRecord } from './kafkajs-record'
import fc from 'fast-check'
import Decoder from 'kafkajs/src/protocol/decoder'
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0'
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0'
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder'
import { rawRecord } from './raw-record'

const CONTEXT = { magicByte: 2, isControlBatch: false, maxTimestamp: '1767225600999' }

const bytes = fc.uint8Array({ maxLength: 300 }).map((values) => Buffer.from(values))
const text = fc.oneof(fc.constantFrom('ce_id', 'ce_type', '1.0', '', 'ä'), fc.string({ unit: 'grapheme' }))
const record = fc.record({
  offsetDelta: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  timestampDelta: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), { noNullPrototype: true }),
})
const context = fc.record({
  firstOffset: fc.bigInt(0n, 2n ** 52n).map(String),
  firstTimestamp: fc.bigInt(0n, 2n ** 47n).map(String),
  timestampType: fc.constantFrom(0, 1),
})

/** The bytes of a record after their length, where kafkajs hands them to its decoder. */
const recordDecoder = (given: object) => new Decoder(new Decoder(encodeRecord(given).buffer).readVarIntBytes())
const asRecord = (message: unknown) => rawRecord('topic', 0, message as never)

describe('the decoder of records', () => {
  it('reads what the decoder of kafkajs reads, record after record', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), context, (records, batch) => {
        for (const given of records) {
          const ours = decodeRecord(recordDecoder(given), { ...CONTEXT, ...batch })
          const theirs = decodeAsKafkajs(recordDecoder(given), { ...CONTEXT, ...batch })
          expect(asRecord(ours)).toEqual(asRecord(theirs))
          expect({ ...ours, headers: {} }).toEqual({ ...theirs, headers: {} })
        }
      }),
    )
  })

  it('is the one that the kafkajs that is installed uses', async () => {
    const given = { key: Buffer.from('key'), value: Buffer.from('value'), headers: { ce_id: 'text, not bytes' } }
    const batch = await RecordBatch({ records: [encodeRecord(given)] })
    const { records } = await decodeBatch(new Decoder(batch.buffer))
    expect(records).toMatchObject([{ headers: { ce_id: 'text, not bytes' } }])
  })
})

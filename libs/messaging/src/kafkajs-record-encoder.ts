import 'kafkajs/src/protocol/recordBatch/record/v0'

type HeaderValue = string | Buffer

/** What kafkajs hands to its encoder of one record: a message, and its place in its batch. */
export interface RecordToEncode {
  readonly offsetDelta?: number
  readonly timestampDelta?: number
  readonly key?: HeaderValue | null
  readonly value?: HeaderValue | null
  readonly headers?: Readonly<Record<string, HeaderValue | null | readonly HeaderValue[]>>
}

/** As kafkajs' own `Encoder` shows itself to the encoder of the batch. */
interface Encoded {
  readonly buf: Buffer
  readonly buffer: Buffer
}

/** Of one record; none is longer than a message may be. */
let bytes = Buffer.alloc(0)
let at = 0

/**
 * Encodes a record (Apache Kafka protocol, "Record") as kafkajs 2.2.4 does (src/protocol/recordBatch/record/v0/index.js), without an
 * array buffer of its own for the record and for each header; a header may be without a value. Times are exact up to 2^52.
 */
export function encodeRecord({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: RecordToEncode): Encoded {
  const pairs = Object.entries(headers).flatMap(([name, values]) => (isList(values) ? values : [values]).map((one) => [name, one] as const))
  let length = 1 + sizeOfVarInt(timestampDelta) + sizeOfVarInt(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value)
  length += sizeOfVarInt(pairs.length)
  for (const [name, one] of pairs) length += sizeOfBytes(name) + sizeOfBytes(one)
  bytes = Buffer.allocUnsafe(sizeOfVarInt(length) + length)
  at = 0
  writeVarInt(length)
  // No attribute is defined.
  bytes[at++] = 0
  writeVarInt(timestampDelta)
  writeVarInt(offsetDelta)
  writeBytes(key)
  writeBytes(value)
  writeVarInt(pairs.length)
  for (const [name, one] of pairs) {
    writeBytes(name)
    writeBytes(one)
  }
  return { buf: bytes, buffer: bytes }
}

function isList(values: HeaderValue | null | readonly HeaderValue[]): values is readonly HeaderValue[] {
  return Array.isArray(values)
}

function sizeOfBytes(value: HeaderValue | null | undefined): number {
  const length = value == null ? -1 : Buffer.byteLength(value)
  return sizeOfVarInt(length) + Math.max(0, length)
}

function writeBytes(value: HeaderValue | null | undefined): void {
  if (value == null) return writeVarInt(-1)
  writeVarInt(Buffer.byteLength(value))
  at += typeof value === 'string' ? bytes.write(value, at) : value.copy(bytes, at)
}

function zigZag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function sizeOfVarInt(value: number): number {
  let size = 1
  for (let left = zigZag(value); left >= 0x80; left = Math.floor(left / 0x80)) size++
  return size
}

function writeVarInt(value: number): void {
  let left = zigZag(value)
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes[at++] = (left % 0x80) | 0x80
  bytes[at++] = left
}

const installed = require.cache[require.resolve('kafkajs/src/protocol/recordBatch/record/v0')]
// Before kafkajs itself is loaded, which takes the encoder from there.
if (installed) installed.exports = encodeRecord

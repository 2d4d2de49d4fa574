/**
 * One-dimensional Postgres arrays in the binary wire format (PostgreSQL documentation, "Message Formats", Bind; layout
 * as array_recv reads it): int32 dimensions, int32 has-nulls flag, int32 element type, then per dimension int32 length
 * and int32 lower bound, then each element as int32 byte length (-1 for null) and its bytes.
 *
 * Passed as `$1::uuid[]` a batch of 1,000 rows costs one buffer instead of one text literal to escape, send and parse.
 */
const HEADER_BYTES = 20
/** Milliseconds between 1970-01-01 and 2000-01-01, the epoch of Postgres timestamps. */
const POSTGRES_EPOCH_MILLIS = 946_684_800_000
const TWO_TO_32 = 2 ** 32

const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  float8: 701,
  timestamptz: 1184,
  varbit: 1562,
  uuid: 2950,
} as const

function header(buffer: Buffer, oid: number, length: number, hasNull: boolean): void {
  buffer.writeInt32BE(length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(length, 12)
  buffer.writeInt32BE(1, 16)
}

/** An array of elements that `write` puts into as many bytes as `sizeOf` says; null elements allowed. */
function arrayOf<T>(oid: number, sizeOf: (value: T) => number, write: (buffer: Buffer, value: T, at: number) => void) {
  return (values: readonly (T | null)[]): Buffer => {
    let size = HEADER_BYTES
    for (const value of values) size += 4 + (value === null ? 0 : sizeOf(value))
    const buffer = Buffer.allocUnsafe(size)
    let at = HEADER_BYTES
    let hasNull = false
    for (const value of values) {
      if (value === null) {
        hasNull = true
        at = buffer.writeInt32BE(-1, at)
      } else {
        const length = sizeOf(value)
        at = buffer.writeInt32BE(length, at)
        write(buffer, value, at)
        at += length
      }
    }
    header(buffer, oid, values.length, hasNull)
    return buffer.subarray(0, values.length === 0 ? 12 : at)
  }
}

/** An array whose elements all have the same width. */
function fixed<T>(oid: number, width: number, write: (buffer: Buffer, value: T, at: number) => void) {
  return arrayOf(oid, () => width, write)
}

/** The value of a hexadecimal digit by its character code; -1 for any other character. */
const NIBBLE = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()))
const DASH = 0x2d

/** By character codes: a batch has tens of thousands of ids, and every cut of a string would be garbage. */
function writeUuid(buffer: Buffer, value: string, at: number): void {
  const nibble = (place: number): number => {
    const code = value.charCodeAt(place)
    return code < 128 ? NIBBLE[code]! : -1
  }
  let wrong = value.length ^ 36
  let from = 0
  for (let to = at; to < at + 16; to++) {
    if (from === 8 || from === 13 || from === 18 || from === 23) wrong |= value.charCodeAt(from++) ^ DASH
    const byte = (nibble(from) << 4) | nibble(from + 1)
    wrong |= byte & ~0xff
    buffer[to] = byte
    from += 2
  }
  if (wrong !== 0) throw new TypeError(`not a UUID: ${JSON.stringify(value)}`)
}

/** Microseconds since 2000, exact for every Date, in two halves: a double would lose the last of them after the year 2285. */
function writeTime(buffer: Buffer, value: Date, at: number): void {
  const milliseconds = value.getTime() - POSTGRES_EPOCH_MILLIS
  if (Number.isNaN(milliseconds)) throw new RangeError('not a time: an invalid Date')
  const high = Math.floor(milliseconds / TWO_TO_32)
  const low = (milliseconds - high * TWO_TO_32) * 1_000
  const carry = Math.floor(low / TWO_TO_32)
  buffer.writeInt32BE(high * 1_000 + carry, at)
  buffer.writeUInt32BE(low - carry * TWO_TO_32, at + 4)
}

/** Bits, the first of a byte its highest; what is left of the last byte is 0 (varbit_send). */
export interface Bits {
  readonly length: number
  readonly bytes: Buffer
}

function writeBits(buffer: Buffer, { length, bytes }: Bits, at: number): void {
  bytes.copy(buffer, buffer.writeInt32BE(length, at))
}

/** Encoders per element type. `timestamptz` takes Dates (millisecond precision), `int8` takes bigints or safe integers. */
export const binaryArray = {
  uuid: fixed<string>(OID.uuid, 16, writeUuid),
  bool: fixed<boolean>(OID.bool, 1, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at)),
  int2: fixed<number>(OID.int2, 2, (buffer, value, at) => buffer.writeInt16BE(value, at)),
  int4: fixed<number>(OID.int4, 4, (buffer, value, at) => buffer.writeInt32BE(value, at)),
  int8: fixed<bigint | number>(OID.int8, 8, (buffer, value, at) => buffer.writeBigInt64BE(BigInt(value), at)),
  float8: fixed<number>(OID.float8, 8, (buffer, value, at) => buffer.writeDoubleBE(value, at)),
  timestamptz: fixed<Date>(OID.timestamptz, 8, writeTime),
  text: arrayOf<string>(
    OID.text,
    (value) => Buffer.byteLength(value),
    (buffer, value, at) => buffer.write(value, at),
  ),
  bytea: arrayOf<Buffer>(
    OID.bytea,
    (value) => value.length,
    (buffer, value, at) => value.copy(buffer, at),
  ),
  varbit: arrayOf<Bits>(OID.varbit, ({ bytes }) => 4 + bytes.length, writeBits),
}

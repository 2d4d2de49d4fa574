/**
 * One-dimensional Postgres arrays in the binary wire format (PostgreSQL documentation, "Message Formats", Bind; layout
 * as array_recv reads it): int32 dimensions, int32 has-nulls flag, int32 element type, then per dimension int32 length
 * and int32 lower bound, then each element as int32 byte length (-1 for null) and its bytes.
 *
 * Passed as `$1::uuid[]` a batch of 1,000 rows costs one buffer instead of one text literal to escape, send and parse.
 */
const HEADER_BYTES = 20
/** Microseconds between 1970-01-01 and 2000-01-01, the epoch of Postgres timestamps. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n

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
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function header(buffer: Buffer, oid: number, length: number, hasNull: boolean): void {
  buffer.writeInt32BE(length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(length, 12)
  buffer.writeInt32BE(1, 16)
}

/** An array whose elements all have the same width; null elements allowed. */
function fixed<T>(oid: number, width: number, write: (buffer: Buffer, value: T, at: number) => void) {
  return (values: readonly (T | null)[]): Buffer => {
    const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * (4 + width))
    let at = HEADER_BYTES
    let hasNull = false
    for (const value of values) {
      if (value === null) {
        hasNull = true
        at = buffer.writeInt32BE(-1, at)
      } else {
        at = buffer.writeInt32BE(width, at)
        write(buffer, value, at)
        at += width
      }
    }
    header(buffer, oid, values.length, hasNull)
    return buffer.subarray(0, values.length === 0 ? 12 : at)
  }
}

/** An array of byte strings; null elements allowed. */
function variable<T>(oid: number, encode: (value: T) => Buffer) {
  return (values: readonly (T | null)[]): Buffer => {
    const encoded = values.map((value) => (value === null ? null : encode(value)))
    const size = encoded.reduce((sum, bytes) => sum + 4 + (bytes?.length ?? 0), HEADER_BYTES)
    const buffer = Buffer.allocUnsafe(size)
    let at = HEADER_BYTES
    for (const bytes of encoded) {
      at = buffer.writeInt32BE(bytes === null ? -1 : bytes.length, at)
      if (bytes !== null) at += bytes.copy(buffer, at)
    }
    header(buffer, oid, values.length, encoded.includes(null))
    return buffer.subarray(0, values.length === 0 ? 12 : at)
  }
}

function writeUuid(buffer: Buffer, value: string, at: number): void {
  if (!UUID.test(value)) throw new TypeError(`not a UUID: ${JSON.stringify(value)}`)
  buffer.write(value.slice(0, 8) + value.slice(9, 13) + value.slice(14, 18) + value.slice(19, 23) + value.slice(24), at, 16, 'hex')
}

/** Bits, the first of a byte its highest; what is left of the last byte is 0 (varbit_send). */
export interface Bits {
  readonly length: number
  readonly bytes: Buffer
}

function encodeBits({ length, bytes }: Bits): Buffer {
  const encoded = Buffer.allocUnsafe(4 + bytes.length)
  encoded.writeInt32BE(length, 0)
  bytes.copy(encoded, 4)
  return encoded
}

/** Encoders per element type. `timestamptz` takes Dates (millisecond precision), `int8` takes bigints or safe integers. */
export const binaryArray = {
  uuid: fixed<string>(OID.uuid, 16, writeUuid),
  bool: fixed<boolean>(OID.bool, 1, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at)),
  int2: fixed<number>(OID.int2, 2, (buffer, value, at) => buffer.writeInt16BE(value, at)),
  int4: fixed<number>(OID.int4, 4, (buffer, value, at) => buffer.writeInt32BE(value, at)),
  int8: fixed<bigint | number>(OID.int8, 8, (buffer, value, at) => buffer.writeBigInt64BE(BigInt(value), at)),
  float8: fixed<number>(OID.float8, 8, (buffer, value, at) => buffer.writeDoubleBE(value, at)),
  timestamptz: fixed<Date>(OID.timestamptz, 8, (buffer, value, at) =>
    buffer.writeBigInt64BE(BigInt(value.getTime()) * 1000n - POSTGRES_EPOCH_MICROS, at),
  ),
  text: variable<string>(OID.text, (value) => Buffer.from(value, 'utf8')),
  bytea: variable<Buffer>(OID.bytea, (value) => value),
  varbit: variable<Bits>(OID.varbit, encodeBits),
}

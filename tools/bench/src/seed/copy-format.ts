/** Microseconds between 1970-01-01 and 2000-01-01, the epoch of Postgres timestamps. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n
const CHUNK_BYTES = 1 << 20
/** The signature, no flags, no extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER = Buffer.from([0xff, 0xff])

/**
 * Rows in the binary format of COPY (PostgreSQL documentation, COPY, "Binary Format"): each begins with `row` and the
 * number of its fields, then one call per field. `chunks` returns what is complete so far in pieces of about a megabyte.
 */
export class CopyRows {
  private buffer = Buffer.allocUnsafe(CHUNK_BYTES * 2)
  private at = HEADER.copy(this.buffer)
  private full: Buffer[] = []

  row(fields: number): void {
    if (this.at >= CHUNK_BYTES) this.cut()
    this.at = this.buffer.writeInt16BE(fields, this.at)
  }

  null(): void {
    this.at = this.buffer.writeInt32BE(-1, this.at)
  }

  /** A uuid or a bytea, or text in UTF-8; at most a megabyte. */
  bytes(value: Buffer): void {
    this.at = this.buffer.writeInt32BE(value.length, this.at)
    this.at += value.copy(this.buffer, this.at)
  }

  /** A varbit of `length` bits, of which these are set; bit 0 is the leftmost, as Postgres counts. */
  varbit(length: number, set: readonly number[]): void {
    const bits = Buffer.alloc(4 + ((length + 7) >> 3))
    bits.writeInt32BE(length, 0)
    for (const bit of set) bits[4 + (bit >> 3)]! |= 0x80 >> (bit & 7)
    this.bytes(bits)
  }

  float8(value: number): void {
    this.at = this.buffer.writeInt32BE(8, this.at)
    this.at = this.buffer.writeDoubleBE(value, this.at)
  }

  int2(value: number): void {
    this.at = this.buffer.writeInt32BE(2, this.at)
    this.at = this.buffer.writeInt16BE(value, this.at)
  }

  int4(value: number): void {
    this.at = this.buffer.writeInt32BE(4, this.at)
    this.at = this.buffer.writeInt32BE(value, this.at)
  }

  int8(value: number): void {
    this.at = this.buffer.writeInt32BE(8, this.at)
    this.at = this.buffer.writeBigInt64BE(BigInt(value), this.at)
  }

  /** @param milliseconds since 1970 */
  timestamptz(milliseconds: number): void {
    this.at = this.buffer.writeInt32BE(8, this.at)
    this.at = this.buffer.writeBigInt64BE(BigInt(milliseconds) * 1_000n - POSTGRES_EPOCH_MICROS, this.at)
  }

  /** The full chunks since the last call. */
  chunks(): Buffer[] {
    const chunks = this.full
    this.full = []
    return chunks
  }

  /** The rest, with the trailer; nothing may follow. */
  end(): Buffer[] {
    this.at += TRAILER.copy(this.buffer, this.at)
    this.cut()
    return this.chunks()
  }

  private cut(): void {
    this.full.push(this.buffer.subarray(0, this.at))
    this.buffer = Buffer.allocUnsafe(CHUNK_BYTES * 2)
    this.at = 0
  }
}

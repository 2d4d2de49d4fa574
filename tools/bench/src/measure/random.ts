import { hash } from 'node:crypto'

/** Numbers from 0 (included) to 1 (excluded) that a seed fixes: mulberry32, a few nanoseconds each. */
export function randomFrom(seed: string): () => number {
  let state = hash('sha256', seed, 'buffer').readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** 0, 1, … count - 1 in an order that the random numbers draw. */
export function shuffledRange(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const swapped = order[i]!
    order[i] = order[j]!
    order[j] = swapped
  }
  return order
}

/** 16 bytes of a UUID of version 4 (RFC 9562 section 5.4) that the name fixes. */
export function uuidBytesOf(name: string): Buffer {
  const bytes = Buffer.from(hash('sha256', name, 'buffer').subarray(0, 16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes
}

export function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

import { createHash } from 'node:crypto'

/** A stream of random numbers that a seed fixes: sfc32 (Doty-Humphrey), its state the SHA-256 of the seed. */
export class Random {
  private readonly state: Uint32Array

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest()
    this.state = Uint32Array.from([0, 4, 8, 12], (at) => digest.readUInt32LE(at))
  }

  /** 32 random bits. */
  private bits(): number {
    const s = this.state as Uint32Array & [number, number, number, number]
    const result = (s[0] + s[1] + s[3]) >>> 0
    s[3]++
    s[0] = s[1] ^ (s[1] >>> 9)
    s[1] = s[2] + (s[2] << 3)
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + result
    return result
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    return this.bits() / 2 ** 32
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)]!
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) if ((left -= weight) < 0) return key
    return entries.at(-1)![0]
  }

  /** A new array in random order. */
  shuffled<T>(from: readonly T[]): T[] {
    const items = [...from]
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i)
      ;[items[i], items[j]] = [items[j]!, items[i]!]
    }
    return items
  }

  /** A UUID of version 4 in lower case. */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.bits().toString(16).padStart(8, '0')).join('')
    const variant = ((parseInt(hex[16]!, 16) & 3) | 8).toString(16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
  }
}

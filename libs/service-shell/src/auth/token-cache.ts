import { hash } from 'node:crypto'
import type { Caller } from './caller'

interface Entry {
  readonly caller: Caller
  readonly expiresAt: number
}

/**
 * Callers of tokens that were verified, until those expire; the least recently used make room. Tokens themselves are
 * not kept, only their SHA-256. Times are milliseconds since 1970.
 */
export class TokenCache {
  private readonly entries = new Map<string, Entry>()

  constructor(private readonly capacity = 10_000) {}

  get(token: string, now: number): Caller | undefined {
    const key = keyOf(token)
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    this.entries.delete(key)
    if (entry.expiresAt <= now) return undefined
    this.entries.set(key, entry) // a Map keeps the order of insertion: the first is the least recently used
    return entry.caller
  }

  put(token: string, caller: Caller, expiresAt: number): void {
    this.entries.set(keyOf(token), { caller, expiresAt })
    if (this.entries.size <= this.capacity) return
    const [oldest] = this.entries.keys()
    if (oldest !== undefined) this.entries.delete(oldest)
  }

  get size(): number {
    return this.entries.size
  }
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64')
}

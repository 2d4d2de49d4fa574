import { setTimeout as wait } from 'node:timers/promises'
import type { HttpClient } from '../drive/http-client'
import { elementsOf } from '../input/json-array'

/** An effect that an outside system accepted, as the sandbox's ledger lists it. */
export interface Effect {
  readonly key: string
  readonly body?: unknown
}

const ATTEMPTS = 10
const PAUSE_MS = 1_000

/** Reads the sandbox's ledgers. A listing that breaks off is read again, up to 10 times. */
export class Ledgers {
  constructor(
    private readonly http: HttpClient,
    private readonly sandboxUrl: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Folds every effect on a target into a fresh accumulator.
   *
   * @param withBody whether the effects carry their bodies; a listing of millions is better read without
   */
  async read<T>(target: 'credly' | 'lrs' | 'hr', withBody: boolean, start: () => T, take: (into: T, effect: Effect) => void): Promise<T> {
    const url = `${this.sandboxUrl}/_ledger?target=${target}&body=${withBody}`
    for (let attempt = 1; ; attempt++) {
      try {
        const into = start()
        for await (const { text } of elementsOf(this.http.text(url))) take(into, JSON.parse(text) as Effect)
        return into
      } catch (error) {
        this.signal.throwIfAborted()
        if (attempt === ATTEMPTS) throw new Error(`GET ${url} failed ${ATTEMPTS} times: ${(error as Error).message}`, { cause: error })
        await wait(PAUSE_MS, undefined, { signal: this.signal })
      }
    }
  }

  /** How often each key is there. */
  keys(target: 'credly' | 'lrs'): Promise<Map<string, number>> {
    return this.read(
      target,
      false,
      () => new Map<string, number>(),
      (counts, { key }) => counts.set(key, (counts.get(key) ?? 0) + 1),
    )
  }
}

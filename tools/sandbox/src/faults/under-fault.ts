import { setTimeout as delay } from 'node:timers/promises'
import type { FaultMode } from './faults'

/** What the caller of a faulty system sees; HTTP and SMTP each say it in their own words. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'refused'; readonly status: 500 | 429 }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }

export interface Slowness {
  readonly slowMs: number
  /** Ends the wait when the sandbox closes. */
  readonly signal: AbortSignal
}

/** Calls `effect` exactly once, except in the modes that refuse or reset, where it is not called. */
export async function underFault<T>(mode: FaultMode, effect: () => T | Promise<T>, { slowMs, signal }: Slowness): Promise<Outcome<T>> {
  switch (mode) {
    case '500':
      return { kind: 'refused', status: 500 }
    case '429':
      return { kind: 'refused', status: 429 }
    case 'reset':
      return { kind: 'reset' }
    case 'effect-then-hang':
      await effect()
      return { kind: 'silence' }
    case 'slow':
      await delay(slowMs, undefined, { signal })
      return { kind: 'answered', answer: await effect() }
    case 'none':
      return { kind: 'answered', answer: await effect() }
    default:
      return mode satisfies never
  }
}

import type { Findings } from './findings'
import type { Lender } from './stage/lender'

/** What one run of a proof is given. */
export interface ProofOptions {
  /** Fixes everything that the proof draws at random; what depends on the machine's timing still differs between runs. */
  readonly seed: number
  /** How many writes; each proof has its own default. */
  readonly writes?: number
  /** Spread the writes over so many seconds, and stop there; without it they go as fast as they are acknowledged. */
  readonly seconds?: number
  /** How many cases, of proofs that play cases. */
  readonly cases?: number
  /** This mutant alone. */
  readonly only?: string
  /** Has the whole stack for those that need it. */
  readonly lender: Lender
  /** Prints a line for the person who watches. */
  readonly say: (line: string) => void
  /** Ends the run early: it throws, and nothing is left running. */
  readonly signal: AbortSignal
}

/** What a run did and found. */
export interface Evidence {
  /** How often each kind of fault was injected. */
  readonly faults: Readonly<Record<string, number>>
  /** Writes that the system under proof said it had taken. */
  readonly acknowledged: number
  /** The longest time from a fault to the first write acknowledged after it, in milliseconds. */
  readonly recoveryMs: number
  readonly findings: Findings
  /** Further figures for people, by name. */
  readonly figures?: Readonly<Record<string, number | string>>
}

/** One promise, and the run that tries to break it. */
export interface Proof {
  /** As it is called by: `npm run prove -- <name>`. */
  readonly name: string
  /** One line: the faults, and what must hold. */
  readonly summary: string
  run(options: ProofOptions): Promise<Evidence>
}

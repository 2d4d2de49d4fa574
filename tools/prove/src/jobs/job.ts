export const SCHEMA = 'prove'
export const JOBS_SCHEMA = `${SCHEMA}_jobs`
export const QUEUE = 'prove-effect'
/** After the first attempt; the library's own number. */
export const RETRIES = 3

/** To make one effect at the outside place, under the job's id as idempotency key. */
export interface EffectJob {
  readonly id: string
  /** How long it works before and after its effect, in milliseconds. */
  readonly beforeMs: number
  readonly afterMs: number
}

/**
 * How the outside place treats the effect of a job: it takes it, is unwell the first time (a retry is used up), says "later"
 * the first time (none is), is unwell or refuses until it is healed.
 */
export type Manner = 'well' | 'shaky' | 'busy' | 'sick' | 'refused'

/** What a worker tells the outside place. */
export interface Call {
  readonly job: string
  readonly attempt: number
  readonly worker: number
  readonly pid: number
}

/** The outside place's answer to a job that begins: it need not take its time. */
export const HURRY = 202

/** What the benchmark and its load generator, a process of its own, say to each other. */
export type Order =
  | {
      readonly kind: 'setup'
      readonly rows: number
      readonly seed: number
      /** Bearer tokens by learner. */
      readonly tokens: readonly string[]
      /** Ports of the variants. */
      readonly ports: readonly number[]
    }
  | { readonly kind: 'run'; readonly target: number; readonly load: Load }
  | { readonly kind: 'acknowledged'; readonly target: number }

export type Load =
  /** Each connection sends its next request when it has the answer to the last one. */
  | { readonly kind: 'closed'; readonly connections: number; readonly seconds: number }
  /** Requests come when they come, whatever the answers do; latency counts from the scheduled moment. */
  | { readonly kind: 'open'; readonly connections: number; readonly seconds: number; readonly rate: number }

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ran'; readonly result: LoadResult }
  | { readonly kind: 'acknowledged'; readonly writes: AcknowledgedWrites }
  | { readonly kind: 'failed'; readonly reason: string }

export interface LoadResult {
  /** From the first request to the end of the time given. */
  readonly seconds: number
  readonly sent: number
  /** Answers by status, also those that came after the time given. */
  readonly statuses: Readonly<Record<string, number>>
  /** 200 answers within the time given. */
  readonly inTime: number
  /** 503 answers that say when to come again. */
  readonly withRetryAfter: number
  /** Requests whose connection ended without an answer: nobody knows what became of them. */
  readonly unanswered: number
  /** Open loop: requests that were due but found no free connection for a second, so that they were never sent. */
  readonly unsent: number
  /** Milliseconds until each 200, ascending. */
  readonly latencies: Float64Array
  /** Open loop: milliseconds that the generator itself was late with requests that had a free connection, ascending. */
  readonly lateness: Float64Array
  /** CPU of the generator over its time: 1 is a whole core, more than it can use. */
  readonly busy: number
}

/** Every write that was answered with 200 so far, the highest percentage per lesson. */
export interface AcknowledgedWrites {
  readonly answers: number
  readonly enrollments: Uint32Array
  readonly lessons: Uint8Array
  readonly percentages: Uint8Array
}

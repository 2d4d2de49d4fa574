import type { Capacity } from './capacity'
import type { Latency } from './latency'
import type { Overload } from './overload'
import type { Losses } from './read-back'
import type { VariantName } from './variants'

export type ByVariant<T> = Readonly<Record<VariantName, T>>

/** Acknowledged writes and what is missing of them. */
export interface Audit extends Losses {
  readonly acknowledged: number
}

/** Everything that the benchmark of the REST route measured. */
export interface HttpFindings {
  readonly capacity: ByVariant<Capacity>
  readonly latency: ByVariant<Latency>
  /** Of the shipped variant. */
  readonly overload: Overload
  readonly audit: ByVariant<Audit>
}

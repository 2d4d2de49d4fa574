import { mixedWrites } from './mixed-writes/mixed-writes'
import type { Proof } from './proof'

/** Every proof, in the order in which `npm run prove` runs them. */
export const PROOFS: readonly Proof[] = [mixedWrites]

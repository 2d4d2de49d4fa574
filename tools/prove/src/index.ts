export type { Evidence, Proof, ProofOptions } from './proof'
export { PROOFS } from './proofs'

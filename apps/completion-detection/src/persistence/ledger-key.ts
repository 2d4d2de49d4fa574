/** Course version and learner: the key of an enrollment. */
export interface LedgerKey {
  readonly courseVersionId: string
  readonly userId: string
}

/** The key as text, as Kafka has it too. */
export function ledgerKey(key: LedgerKey): string {
  return `${key.courseVersionId}:${key.userId}`
}

/** One cycle of an enrollment. */
export interface CycleKey extends LedgerKey {
  readonly cycle: number
}

/** The key of a cycle as text. */
export function cycleKey(key: CycleKey): string {
  return `${ledgerKey(key)}:${key.cycle}`
}

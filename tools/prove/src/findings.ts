/** `lost`: acknowledged, but not there. `doubled`: there more often than it happened. `wrong`: anything else. */
export type FindingKind = 'lost' | 'doubled' | 'wrong'

export interface Finding {
  readonly kind: FindingKind
  readonly what: string
}

const EXAMPLES = 20

/** Counts what contradicts the model, and keeps the first of each kind in words. */
export class Findings {
  private readonly counts: Record<FindingKind, number> = { lost: 0, doubled: 0, wrong: 0 }
  private readonly kept: Finding[] = []

  add(kind: FindingKind, what: string): void {
    if (this.counts[kind]++ < EXAMPLES) this.kept.push({ kind, what })
  }

  get lost(): number {
    return this.counts.lost
  }

  get doubled(): number {
    return this.counts.doubled
  }

  get wrong(): number {
    return this.counts.wrong
  }

  /** Whether everything was as it must be. */
  get none(): boolean {
    return this.lost + this.doubled + this.wrong === 0
  }

  get examples(): readonly Finding[] {
    return this.kept
  }
}

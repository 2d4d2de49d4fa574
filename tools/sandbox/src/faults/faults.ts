import type { Target } from '../targets'

/**
 * - `500`, `429`: refused before the effect; 429 asks to come back after a second
 * - `slow`: late, otherwise normal
 * - `reset`: the connection is cut before the effect
 * - `effect-then-hang`: the effect is applied and recorded, and no answer ever comes
 */
export const FAULT_MODES = ['none', '500', '429', 'slow', 'reset', 'effect-then-hang'] as const
export type FaultMode = (typeof FAULT_MODES)[number]

export interface Fault {
  readonly target: Target
  readonly mode: FaultMode
  /** Share of the calls that meet the fault, 0 to 1. */
  readonly rate: number
}

/** The fault of each target: at most one, and none after a restart. */
export class Faults {
  private readonly byTarget = new Map<Target, Fault>()

  /** @param random a number from 0 up to, not including, 1 */
  constructor(private readonly random: () => number = Math.random) {}

  /** Replaces the target's fault; mode `none` or rate 0 ends it. */
  set(fault: Fault): void {
    if (fault.mode === 'none' || fault.rate === 0) this.byTarget.delete(fault.target)
    else this.byTarget.set(fault.target, fault)
  }

  list(): Fault[] {
    return [...this.byTarget.values()]
  }

  /** Decides what the next call to the target meets. */
  draw(target: Target): FaultMode {
    const fault = this.byTarget.get(target)
    return fault !== undefined && this.random() < fault.rate ? fault.mode : 'none'
  }
}

/** When a cycle of an enrollment began. */
export interface CycleStart {
  readonly cycle: number
  readonly startedAt: Date
}

/** Start of every first cycle, so that evidence older than a late enrollment still counts. */
export const FIRST_CYCLE_STARTED_AT = new Date(0)

/**
 * When a cycle begins that is opened at `openedAt`: then, but always after everything that belongs to the cycle before it,
 * whatever the clocks of those who recorded it said. So an event's time alone tells its cycle.
 */
export function cycleStart(openedAt: Date, before: readonly (Date | null)[]): Date {
  return new Date(Math.max(openedAt.getTime(), ...before.map((time) => (time === null ? 0 : time.getTime() + 1))))
}

/** The cycle that was open at a time: the last one that had begun. @throws RangeError for a time before all of them */
export function cycleAt(starts: readonly CycleStart[], time: Date): number {
  const begun = starts.filter(({ startedAt }) => startedAt <= time).map(({ cycle }) => cycle)
  if (begun.length === 0) throw new RangeError(`no cycle was open at ${time.toISOString()}`)
  return Math.max(...begun)
}

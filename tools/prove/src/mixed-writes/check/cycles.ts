import type { Client } from 'pg'
import type { Cycle } from '../lesson-model'

/** The cycles of every enrollment by its key, the open one last. */
export type Cycles = ReadonlyMap<string, readonly Cycle[]>

const FIRST: readonly Cycle[] = [{ number: 1, from: 0, to: Infinity }]

export async function readCycles(client: Client): Promise<Cycles> {
  const { rows } = await client.query<{ key: string; cycle: number; cycle_started_at: Date }>(
    `select course_version_id || ':' || user_id as key, cycle, cycle_started_at from progress.enrollments
     union all
     select course_version_id || ':' || user_id, cycle, cycle_started_at from progress.enrollments_archive
     order by cycle`,
  )
  const byEnrollment = Map.groupBy(rows, (row) => row.key)
  return new Map(
    [...byEnrollment].map(([key, own]) => {
      const startOf = (index: number) => own[index]?.cycle_started_at.getTime() ?? Infinity
      return [key, own.map((row, index) => ({ number: row.cycle, from: startOf(index), to: startOf(index + 1) }))]
    }),
  )
}

/** An enrollment that is missing has its first cycle: that it is missing is found elsewhere. */
export function cyclesOf(cycles: Cycles, key: string): readonly Cycle[] {
  return cycles.get(key) ?? FIRST
}

export function cycleAt(cycles: Cycles, key: string, at: number): Cycle {
  const own = cyclesOf(cycles, key)
  return own.find(({ from, to }) => from <= at && at < to) ?? own.at(-1)!
}

export function isOpen({ to }: Cycle): boolean {
  return to === Infinity
}

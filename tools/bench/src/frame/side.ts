import { median } from '../measure/statistics'
import type { Side } from './outcome'

/** What every measurement of a side has. */
export type Measured = Pick<Side, 'perSecond' | 'cpuMicros'>

/** The medians of a side's rounds. */
export function medianSide(title: string, rounds: readonly Measured[]): Side {
  const processes = Object.keys(rounds[0]?.cpuMicros ?? {})
  return {
    title,
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpuMicros: Object.fromEntries(processes.map((name) => [name, median(rounds.map(({ cpuMicros }) => cpuMicros[name]!))])),
  }
}

import { median, residentBytes } from '@laurel/bench'

const SAMPLE_MS = 250
const MEGABYTE = 1 << 20

/** Resident megabytes of a process while it was watched; NaN where the machine cannot tell. */
export interface MemoryUse {
  readonly highest: number
  /** Median of the second quarter of the time: what it had taken on is there. */
  readonly early: number
  /** Median of the last quarter. */
  readonly late: number
}

/** Samples a process' memory from now until `end`. */
export class MemoryWatch {
  private readonly samples: number[] = []
  private readonly timer: NodeJS.Timeout

  constructor(pid: () => number | undefined) {
    this.timer = setInterval(() => this.samples.push(residentBytes(pid() ?? 0) / MEGABYTE), SAMPLE_MS)
  }

  end(): MemoryUse {
    clearInterval(this.timer)
    return memoryUse(this.samples)
  }
}

/** @param samples in the order of time */
export function memoryUse(samples: readonly number[]): MemoryUse {
  const quarter = (nth: number) =>
    median(samples.slice(Math.floor((samples.length * nth) / 4), Math.ceil((samples.length * (nth + 1)) / 4)))
  return { highest: Math.max(...samples), early: quarter(1), late: quarter(3) }
}

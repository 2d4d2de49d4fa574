import type { Weather } from '../link/weather'

/** What a link can have. The delays are those of a whole round trip. */
export const FAULTS = {
  '+50 ms': { delayMs: 25 },
  '+500 ms': { delayMs: 250 },
  '100 kB/s': { bytesPerSecond: 100_000 },
  'sliced writes': { sliceBytes: 24 },
  'half-open': { isSilent: true },
} as const satisfies Record<string, Weather>

export type FaultName = keyof typeof FAULTS

import type { DetectedBy } from './completion'

/** Every way in which completions are found. */
export const SOURCES = ['events', 'webhook', 'checker', 'manual'] as const satisfies readonly DetectedBy[]

/** `detectedFrom` of a completion by events that only the sweep decided, though its evidence was all there. */
export const SWEEP = 'sweep'

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BenchOptions } from '../arguments'
import { BenchFailure } from '../failure'
import type { Limit, Outcome, Unit } from '../frame/outcome'
import { written } from '../frame/print'
import type { Origin } from './origin'

/** A figure as it was measured, beside its bar; null: it could not be measured. */
export type Figure = { readonly what: string; readonly unit: Unit; readonly value: number | null } & Limit

/** What one benchmark found, and where, when and how. */
export interface Recorded extends Origin {
  readonly summary: string
  readonly options: Readonly<Record<string, number>>
  readonly figures: readonly Figure[]
  readonly sides: readonly {
    readonly title: string
    readonly per_second: number | null
    /** CPU per event, row or request, by process. */
    readonly cpu_micros: Readonly<Record<string, number | null>>
  }[]
  readonly notes: readonly string[]
}

/** The content of bench/results.json, by benchmark. */
export type Results = Readonly<Record<string, Recorded>>

/** What is to be recorded of a run. */
export function recordOf(summary: string, options: BenchOptions, origin: Origin, { bars, sides, notes }: Outcome): Recorded {
  const figures = bars.map(({ ok: _ok, ...figure }) => figure)
  const plainSides = sides.map(({ title, perSecond, cpuMicros }) => ({ title, perSecond, cpuMicros }))
  // Through JSON, so that what is recorded is what will be read: NaN is null there.
  return JSON.parse(JSON.stringify(written({ summary, ...origin, options, figures, sides: plainSides, notes }))) as Recorded
}

/** The size that a benchmark was recorded with. */
export function recordedOptions({ options }: Recorded): BenchOptions {
  const { event_rate: eventRate, ...others } = options
  return { ...others, eventRate } as unknown as BenchOptions
}

/** @throws BenchFailure when the file is not what this writes; a file that is missing holds nothing */
export function readResults(file: string): Results {
  if (!existsSync(file)) return {}
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results
  const broken = Object.keys(results).filter((name) => !isRecorded(results[name]))
  if (broken.length > 0)
    throw new BenchFailure(`${file} is broken at ${broken.join(', ')}: take it from version control, or record it anew`)
  return results
}

/** A count that does not hold its bar, or was not measured: what was lost, doubled or wrong. */
export function wrongCount({ figures }: Recorded): Figure | undefined {
  return figures.find((one) => one.unit === 'count' && !('at_most' in one && one.value !== null && one.value <= one.at_most))
}

/**
 * Replaces one benchmark's part.
 *
 * @param names of all benchmarks, in their order; what is there of others goes
 */
export function withRecorded(results: Results, names: readonly string[], name: string, recorded: Recorded): Results {
  const all: Results = { ...results, [name]: recorded }
  return Object.fromEntries(names.flatMap((one) => (all[one] ? [[one, all[one]]] : [])))
}

export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

function isRecorded(value: Partial<Recorded> | undefined): boolean {
  const { options, figures, sides, machine, versions } = value ?? {}
  const isWhole = [options, machine, versions].every((part) => typeof part === 'object') && [figures, sides].every(Array.isArray)
  return isWhole && Object.values(options!).every(Number.isInteger) && figures!.every(isFigure)
}

function isFigure(figure: Partial<Figure>): boolean {
  return typeof figure.what === 'string' && typeof figure.unit === 'string' && ('at_least' in figure || 'at_most' in figure)
}

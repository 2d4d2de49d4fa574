import { readFileSync, writeFileSync } from 'node:fs'
import { BenchFailure } from '../failure'
import { README_FILE, RESULTS_FILE } from '../paths'
import { withFigures } from './figures-page'
import { readResults, withRecorded, writeResults, wrongCount, type Recorded, type Results } from './results'

/**
 * Replaces what bench/results.json and README say of one benchmark. A run that lost, doubled or left anything wrong is not kept:
 * its speed is that of something else.
 *
 * @param names of all benchmarks, in their order
 * @returns what was done, for people
 */
export function keep(names: readonly string[], name: string, recorded: Recorded): string {
  const wrong = wrongCount(recorded)
  if (wrong) return `${name} is not recorded: ${wrong.what}: ${wrong.value ?? 'not measured'}`
  const results = withRecorded(readResults(RESULTS_FILE), names, name, recorded)
  const page = withFigures(readFileSync(README_FILE, 'utf8'), results)
  writeResults(RESULTS_FILE, results)
  writeFileSync(README_FILE, page)
  return `${name} is recorded in bench/results.json and README.md`
}

/** Finds out before anything is measured whether it could be kept. */
export function checkKeepable(): void {
  withFigures(readFileSync(README_FILE, 'utf8'), readResults(RESULTS_FILE))
}

/** @throws BenchFailure naming those of which nothing is recorded, and how to record it */
export function recordedOf(names: readonly string[]): Results {
  const results = readResults(RESULTS_FILE)
  const missing = names.filter((name) => !results[name])
  if (missing.length > 0)
    throw new BenchFailure(`bench/results.json has nothing of ${missing.join(', ')}: record it with npm run bench -- ${missing[0]} --write`)
  return results
}

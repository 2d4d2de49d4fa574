import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TEST_DIRECTORY } from '../paths'
import { elapsed } from '../progress'
import type { Surroundings } from '../run-stack'
import type { Tally } from './jest-report'
import { toolRunner } from './run-tool'
import { ALL_STAGES, CHECK_STAGES, TEST_STAGES, type Stage } from './stages'

const STAGE_LIMIT_MS = 15 * 60_000
/** A chosen test may be asked for thousands of cases. */
const CHOSEN_LIMIT_MS = 4 * 3_600_000

/** A stage with its counts and time. */
export interface Outcome extends Tally {
  readonly name: string
  readonly ms: number
}

/** What is to be run: all of it, or the tests whose path holds `only`. */
export interface TestRun {
  readonly kind: 'check' | 'test'
  readonly only?: string
}

/**
 * `npm test` and `npm run check`: all stages in order, also after one that failed. The last line printed is
 * `N passed, N failed` over all of them. Returns the exit code: 0 when nothing failed.
 */
export async function runTests({ kind, only }: TestRun, o: Surroundings): Promise<number> {
  const scratch = join(TEST_DIRECTORY, `report-${process.pid}`)
  mkdirSync(scratch, { recursive: true })
  try {
    const outcomes: Outcome[] = []
    for (const stage of kind === 'check' ? CHECK_STAGES : only === undefined ? ALL_STAGES : TEST_STAGES) {
      if (o.stop.signal.aborted) return o.stop.exitCode()
      outcomes.push(await runStage(stage, { scratch, only }, o))
    }
    if (o.stop.signal.aborted) return o.stop.exitCode()
    for (const line of summary(outcomes)) o.say(line)
    return outcomes.every(({ failed }) => failed === 0) ? 0 : 1
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function runStage(
  stage: Stage,
  { scratch, only }: { readonly scratch: string; readonly only: string | undefined },
  { progress, say, stop }: Surroundings,
): Promise<Outcome> {
  say(`\n── ${stage.name}`)
  const began = Date.now()
  const tool = toolRunner({ signal: stop.signal, timeoutMs: only === undefined ? STAGE_LIMIT_MS : CHOSEN_LIMIT_MS, say })
  let tally: Tally
  try {
    tally = await stage.run({ tool, progress, scratch, only, signal: stop.signal })
  } catch (error) {
    say((error as Error).message)
    tally = { passed: 0, failed: 1, skipped: [] }
  }
  const outcome = { ...tally, name: stage.name, ms: Date.now() - began }
  say(stageLine(outcome))
  return outcome
}

/** What the end of a run says; the last line counts everything. */
export function summary(outcomes: readonly Outcome[]): string[] {
  const skipped = outcomes.flatMap((outcome) => outcome.skipped)
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0)
  return [
    '',
    ...outcomes.map(stageLine),
    `  ${'all'.padEnd(12)} ${elapsed(sum(({ ms }) => ms))}`,
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped:`, ...skipped.map((name) => `  ${name}`)]),
    `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`,
  ]
}

function stageLine({ name, passed, failed, skipped, ms }: Outcome): string {
  const counts = `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`
  return `${failed === 0 ? '✓' : '✗'} ${name.padEnd(12)} ${elapsed(ms).padEnd(12)} ${counts}`
}

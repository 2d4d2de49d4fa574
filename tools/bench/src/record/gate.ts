import { rounded, type Bar, type Table } from '../frame/outcome'
import { number } from '../frame/print'
import type { Figure, Recorded } from './results'

/** A ratio that is worse than recorded by this part of it fails the gate, or is warned of. */
const FAILS_AT = 0.15
const WARNS_AT = 0.08

export type Verdict = 'held' | 'shown' | 'WARNING' | 'FAILED'

/** A figure beside what was recorded of it. */
export interface Compared {
  readonly what: string
  readonly recorded: number | null
  readonly measured: number | null
  /** How much worse than recorded, as a part of it; negative: better; null: it cannot be told. */
  readonly worse: number | null
  readonly verdict: Verdict
  readonly why: string
}

/**
 * Compares ratios with what is recorded of them, not with their bars alone: one that misses its bar today must not get worse
 * either. Counts are exact, so they must hold their bars. Times are of the machine and of the hour; they are shown.
 *
 * @returns one for each figure, in the order in which they were measured; those that are recorded but no longer measured last
 */
export function compare(recorded: readonly Figure[], measured: readonly Bar[]): Compared[] {
  const before = new Map(recorded.map((figure) => [figure.what, figure]))
  const now = new Set(measured.map(({ what }) => what))
  const gone = recorded.filter(({ what }) => !now.has(what))
  return [...measured.map((bar) => compareOne(before.get(bar.what), bar)), ...gone.map(vanished)]
}

export function isPassed(compared: readonly Compared[]): boolean {
  return compared.every(({ verdict }) => verdict !== 'FAILED')
}

/** Whether to measure again might help: a ratio was worse by too much, not gone and not beyond measure. */
export function isDoubtful(compared: readonly Compared[]): boolean {
  return compared.some(({ verdict, worse }) => verdict === 'FAILED' && worse !== null)
}

/**
 * Of two measurements of the same figures the better one of each ratio: COPY alone varies by a third between two runs on a machine
 * that others use too, so a ratio is worse when it is so twice. Of counts it is the worse: what was lost once was lost.
 */
export function betterOf(first: readonly Bar[], second: readonly Bar[]): Bar[] {
  return second.map((now) => {
    const before = first.find(({ what }) => what === now.what)
    if (!before || (now.unit === 'count' && now.ok)) return before ?? now
    if (now.unit !== 'ratio' || Number.isNaN(before.value)) return now
    const isBetter = 'at_least' in now ? before.value > now.value : before.value < now.value
    return isBetter || Number.isNaN(now.value) ? before : now
  })
}

/** For people. */
export function gateTable(compared: readonly Compared[]): Table {
  return {
    title: 'Gate',
    head: ['', 'recorded', 'measured', 'worse by', '', ''],
    rows: compared.map(({ what, recorded, measured, worse, verdict, why }) => [
      what,
      number(recorded ?? NaN),
      number(measured ?? NaN),
      worse === null ? '–' : `${(worse * 100).toFixed(1)} %`,
      verdict,
      why,
    ]),
  }
}

/** What one must know when figures of two places are compared: a machine or a version that is another. */
export function differences(before: Recorded, now: Recorded): string[] {
  const { cpu, cores, memory_gb } = before.machine
  const isSameMachine = cpu === now.machine.cpu && cores === now.machine.cores && memory_gb === now.machine.memory_gb
  const versions = Object.entries(before.versions).filter(([name, version]) => (now.versions as Record<string, string>)[name] !== version)
  return [
    ...(isSameMachine ? [] : [`recorded on another machine: ${cores} x ${cpu}, ${memory_gb} GB`]),
    ...versions.map(([name, version]) => `recorded with ${name} ${version}`),
  ]
}

function compareOne(recorded: Figure | undefined, bar: Bar): Compared {
  const measured = Number.isFinite(bar.value) ? bar.value : null
  const worse = worseBy(recorded?.value ?? null, bar)
  const [verdict, why] = judge(recorded, bar, worse)
  return { what: bar.what, recorded: recorded?.value ?? null, measured, worse, verdict, why }
}

function judge(recorded: Figure | undefined, bar: Bar, worse: number | null): [Verdict, string] {
  if (bar.unit === 'count') return bar.ok ? ['held', ''] : ['FAILED', 'must be exact']
  if (bar.unit !== 'ratio') return ['shown', '']
  if (!recorded) return ['WARNING', 'not recorded yet: run it with --write']
  if (worse === null) return ['FAILED', 'cannot be compared']
  if (worse >= FAILS_AT) return ['FAILED', `worse by ${FAILS_AT * 100} % or more`]
  if (worse >= WARNS_AT) return ['WARNING', `worse by ${WARNS_AT * 100} % or more`]
  if (!bar.ok && holds(recorded)) return ['WARNING', 'misses its bar, which it held']
  return ['held', '']
}

/** To four digits, as both figures are, so that 0.85 of what was recorded is worse by 0.15 and not by a bit less. */
function worseBy(before: number | null, bar: Bar): number | null {
  if (before === null || before <= 0) return null
  const part = rounded(('at_least' in bar ? before - bar.value : bar.value - before) / before)
  return Number.isFinite(part) ? part : null
}

function holds(figure: Figure): boolean {
  const { value } = figure
  return value !== null && ('at_least' in figure ? value >= figure.at_least : value <= figure.at_most)
}

function vanished({ what, value }: Figure): Compared {
  return { what, recorded: value, measured: null, worse: null, verdict: 'FAILED', why: 'no longer measured' }
}

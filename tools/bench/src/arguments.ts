import { parseArgs } from 'node:util'

/** How big and how long. Every figure that depends on one names it. */
export interface BenchOptions {
  /** Rows of lesson_progress, or done items of the ledgers, before the clock starts. */
  readonly rows: number
  /** Seconds of one measurement under load. */
  readonly seconds: number
  readonly seed: number
  /** Requests per second of http's open loop. */
  readonly rate: number
  /** Events per second of pipeline's open loop. */
  readonly eventRate: number
  /** How often each variant is measured; the median counts. */
  readonly rounds: number
  /** Keep-alive connections of the closed loop. */
  readonly connections: number
  /** Events of one measurement; a tenth of the rows at most. */
  readonly events: number
}

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'bench'
      /** Of one benchmark, or null for all. */
      readonly name: string | null
      /** End with one line of JSON per benchmark. */
      readonly json: boolean
      /** Wipe the seeded data of earlier runs first. */
      readonly fresh: boolean
      /** Replace what bench/results.json and README say of what is measured. */
      readonly write: boolean
      /** Compare with what bench/results.json says, at the size that it says: the options count for nothing then. */
      readonly gate: boolean
      readonly options: BenchOptions
    }

/** An argument that makes no sense; the message says which and what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const NUMBERS = {
  rows: { default: 10_000_000, least: 1_000 },
  seconds: { default: 10, least: 1 },
  seed: { default: 1, least: 0 },
  rate: { default: 3_000, least: 1 },
  'event-rate': { default: 500, least: 1 },
  rounds: { default: 3, least: 1 },
  connections: { default: 128, least: 1 },
  events: { default: 1_000_000, least: 100 },
} as const
type Flag = keyof typeof NUMBERS
const FLAGS = Object.keys(NUMBERS) as Flag[]

export function usage(names: readonly string[]): string {
  return `npm run bench                  all: ${names.join(', ')}; writes bench/results.json and README's figures
npm run bench -- NAME          one of them, or all at another size: writes only with --write
npm run bench -- [NAME] --gate measures at the recorded size and compares with bench/results.json: fails when a ratio is worse by
                               15 % or more, or a count is not exact; warns from 8 % on; writes nothing
  --write           replaces what was recorded of what is measured
  --json            end with one line: {name, figures, bars: [{what, value, at_least | at_most, ok}]}
  --fresh           seed the tables anew; otherwise those of an earlier run are used when rows, seed and schema are the same
  --rows N          rows of lesson_progress, or done items, before the clock starts (${NUMBERS.rows.default})
  --seconds N       of one measurement under load (${NUMBERS.seconds.default})
  --rounds N        how often each variant is measured; the median counts (${NUMBERS.rounds.default})
  --rate N          requests per second of http's open loop (${NUMBERS.rate.default})
  --event-rate N    events per second of pipeline's open loop (${NUMBERS['event-rate'].default})
  --connections N   of the closed loop (${NUMBERS.connections.default})
  --events N        of one measurement, a tenth of the rows at most (${NUMBERS.events.default})
  --seed N          of everything that is drawn (${NUMBERS.seed.default})
Exit code 0 when every bar is held, 1 when one is missed; with --gate 0 when it is passed, whatever the bars.`
}

/** What to type for a benchmark at this size. */
export function commandOf(name: string, { eventRate, ...others }: BenchOptions): string {
  const size: Record<Flag, number> = { ...others, 'event-rate': eventRate }
  const flags = FLAGS.filter((flag) => size[flag] !== NUMBERS[flag].default).map((flag) => ` --${flag} ${size[flag]}`)
  return `npm run bench -- ${name}${flags.join('')}`
}

/**
 * Reads the command line, `bench` first.
 *
 * @param names of the benchmarks that there are
 * @throws UsageError naming the argument that is wrong
 */
export function parseArguments(argv: readonly string[], names: readonly string[]): Command {
  const { values, positionals } = read(argv)
  if (values.help) return { kind: 'help' }
  const [name, ...more] = positionals.slice(1)
  if (more.length > 0) throw new UsageError(`"${more[0]}" is one name too many`)
  if (name !== undefined && !names.includes(name)) throw new UsageError(`"${name}" is no benchmark: write ${names.join(' or ')}`)
  const isOwnSize = FLAGS.some((flag) => values[flag] !== undefined)
  const gate = values.gate ?? false
  if (gate && values.write) throw new UsageError('--gate writes nothing: leave --write out')
  if (gate && isOwnSize) throw new UsageError('--gate measures at the recorded size, or nothing could be compared: leave the numbers out')
  const number = (flag: Flag) => wholeNumber(flag, values[flag])
  const rows = number('rows')
  return {
    kind: 'bench',
    name: name ?? null,
    json: values.json ?? false,
    fresh: values.fresh ?? false,
    write: values.write ?? (!gate && name === undefined && !isOwnSize),
    gate,
    options: {
      rows,
      seconds: number('seconds'),
      seed: number('seed'),
      rate: number('rate'),
      eventRate: number('event-rate'),
      rounds: number('rounds'),
      connections: number('connections'),
      events: Math.min(number('events'), Math.floor(rows / 10)),
    },
  }
}

function wholeNumber(flag: Flag, text: string | undefined): number {
  const { least, default: standard } = NUMBERS[flag]
  if (text === undefined) return standard
  const value = /^[\d_]{1,15}$/.test(text) ? Number(text.replaceAll('_', '')) : NaN
  if (!(value >= least)) throw new UsageError(`--${flag} is "${text}": write a whole number of at least ${least}`)
  return value
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        fresh: { type: 'boolean' },
        write: { type: 'boolean' },
        gate: { type: 'boolean' },
        rows: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        rate: { type: 'string' },
        'event-rate': { type: 'string' },
        rounds: { type: 'string' },
        connections: { type: 'string' },
        events: { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

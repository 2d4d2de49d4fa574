import { parseArgs } from 'node:util'

/** What `dist/main.js <command> …` was asked to do. */
export type Command =
  | { readonly kind: 'start'; readonly once: boolean; readonly fresh: boolean; readonly input?: string }
  | { readonly kind: 'generate'; readonly dir: string; readonly learners: number; readonly seed: number }
  | { readonly kind: 'stack'; readonly fresh: boolean }
  | { readonly kind: 'test'; readonly only?: string }
  | { readonly kind: 'check' }
  | { readonly kind: 'help' }

export const USAGE = `npm start                       everything, then the demo; stays up until Ctrl-C
npm start -- --once             the demo, then stop; exit code 0 when everything arrived exactly once
             --fresh            wipe the data of earlier starts first
             --input DIR        the demo's input: course-versions.json, enrollments.csv, events.jsonl
npm start -- --generate DIR --learners N [--seed S]
                                write a demo input and exit
npm run stack [-- --fresh]      everything without the demo
npm run check                   types, lint, unit tests
npm test                        types, lint, unit, integration and end-to-end tests
npm test -- --only PART         the tests whose path holds this part; LAUREL_CASES=10000 tries as many cases of
                                each property, LAUREL_SEED those of a run that failed`

/** Arguments that make no sense together or at all; the message says which and what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const START_FLAGS = {
  once: { type: 'boolean' },
  fresh: { type: 'boolean' },
  input: { type: 'string' },
  generate: { type: 'string' },
  learners: { type: 'string' },
  seed: { type: 'string' },
} as const

/**
 * Reads the command line, the command first.
 *
 * @throws UsageError naming the argument that is wrong
 */
export function parseArguments(argv: readonly string[]): Command {
  const [name, ...args] = argv
  if (args.includes('--help') || args.includes('-h') || name === '--help') return { kind: 'help' }
  switch (name) {
    case 'start':
      return parseStart(args)
    case 'stack':
      return { kind: 'stack', fresh: parse(args, { fresh: { type: 'boolean' } } as const).fresh ?? false }
    case 'test': {
      const { only } = parse(args, { only: { type: 'string' } } as const)
      if (only === '') throw new UsageError('--only needs a value')
      return { kind: 'test', ...(only !== undefined && { only }) }
    }
    case 'check':
      parse(args, {})
      return { kind: 'check' }
    default:
      throw new UsageError(`"${name ?? ''}" is no command: write start, stack, check or test`)
  }
}

function parseStart(args: readonly string[]): Command {
  const flags = parse(args, START_FLAGS)
  if (flags.generate === undefined) {
    if (flags.learners !== undefined) throw new UsageError('--learners goes with --generate DIR')
    if (flags.seed !== undefined) throw new UsageError('--seed goes with --generate DIR')
    return {
      kind: 'start',
      once: flags.once ?? false,
      fresh: flags.fresh ?? false,
      ...(flags.input !== undefined && { input: flags.input }),
    }
  }
  for (const flag of ['once', 'fresh', 'input'] as const) {
    if (flags[flag] !== undefined) throw new UsageError(`--${flag} does not go with --generate, which starts nothing`)
  }
  if (flags.learners === undefined) throw new UsageError('--generate needs --learners N')
  return {
    kind: 'generate',
    dir: flags.generate,
    learners: wholeNumber('learners', flags.learners, 1),
    seed: wholeNumber('seed', flags.seed ?? '1', 0),
  }
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (!(value >= least)) throw new UsageError(`--${flag} is "${text}": write a whole number of at least ${least}`)
  return value
}

type Flags = Record<string, { type: 'boolean' | 'string' }>

function parse<const F extends Flags>(args: readonly string[], flags: F): ReturnType<typeof parseArgs<{ options: F }>>['values'] {
  try {
    const { values } = parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false })
    const empty = Object.entries(values).find(([, value]) => value === '')
    if (empty) throw new UsageError(`--${empty[0]} needs a value`)
    return values
  } catch (error) {
    // Node's own words name the argument; what they add about positionals does not apply here.
    throw error instanceof UsageError ? error : new UsageError((error as Error).message.split('. ', 1).join())
  }
}

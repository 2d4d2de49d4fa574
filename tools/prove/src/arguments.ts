import { parseArgs } from 'node:util'

/** What `npm run prove -- …` was asked to do. */
export type ProveCommand =
  | {
      readonly kind: 'prove'
      /** Which proofs; empty: every one. */
      readonly names: readonly string[]
      readonly seed?: number
      readonly writes?: number
      readonly seconds?: number
      readonly cases?: number
      readonly only?: string
      /** End with one line of JSON per proof. */
      readonly json: boolean
      /** Write the figures into docs/proof.md. */
      readonly write: boolean
    }
  | { readonly kind: 'help' }

/** Arguments that cannot be understood; the message says which and what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const FLAGS = {
  seed: { type: 'string' },
  writes: { type: 'string' },
  seconds: { type: 'string' },
  cases: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'boolean' },
  write: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** @throws UsageError */
export function parseArguments(argv: readonly string[], names: readonly string[]): ProveCommand {
  const { values, positionals } = parse(argv)
  if (values.help) return { kind: 'help' }
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new UsageError(`there is no proof "${unknown}": write one of ${names.join(', ')}`)
  return {
    kind: 'prove',
    names: positionals,
    json: values.json ?? false,
    write: values.write ?? false,
    ...wholeNumber('seed', values.seed, 0),
    ...wholeNumber('writes', values.writes, 1),
    ...wholeNumber('seconds', values.seconds, 1),
    ...wholeNumber('cases', values.cases, 1),
    ...(values.only !== undefined && { only: values.only }),
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ', 1).join())
  }
}

function wholeNumber<F extends string>(flag: F, text: string | undefined, least: number): { [K in F]?: number } {
  if (text === undefined) return {}
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (!(value >= least)) throw new UsageError(`--${flag} is "${text}": write a whole number of at least ${least}`)
  return { [flag]: value } as { [K in F]?: number }
}

import { parseArgs } from 'node:util'
import { Refusal } from './refusal'

/** The five services, which are also the values of --service. */
export const SERVICES = ['progress', 'completion-detection', 'credential', 'analytics-distribution', 'hr-report'] as const

export type OperatorCommand =
  | { readonly kind: 'list-dead-letters'; readonly service?: string; readonly reason?: string; readonly json: boolean }
  | {
      readonly kind: 'replay-dead-letters'
      readonly service: string
      readonly reason?: string
      readonly at?: string
      readonly json: boolean
    }
  | { readonly kind: 'show-fences'; readonly service?: string; readonly json: boolean }
  | {
      readonly kind: 'set-fence'
      readonly service: string
      readonly topic: string
      readonly partition: number | 'all'
      readonly to: bigint | 'low' | 'high'
      readonly json: boolean
    }

export const USAGE = `npm run dead-letters -- list   [--service S] [--reason TEXT] [--json]
npm run dead-letters -- replay --service S (--all | --reason TEXT | --at TOPIC:PARTITION:OFFSET) [--json]
npm run fence -- show [--service S] [--json]
npm run fence -- set  --service S --topic T --partition N|all --to low|high|OFFSET [--json]

S is one of ${SERVICES.join(', ')}.`

const OPTIONS = {
  service: { type: 'string' },
  reason: { type: 'string' },
  at: { type: 'string' },
  all: { type: 'boolean' },
  topic: { type: 'string' },
  partition: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** @throws Refusal naming the argument that is missing or wrong */
export function parseArguments(args: readonly string[]): OperatorCommand {
  const { values, positionals } = parse(args)
  const { service, reason, at, json = false } = values
  if (service !== undefined && !SERVICES.some((known) => known === service)) {
    throw new Refusal(`--service must be one of ${SERVICES.join(', ')} (got ${service})`)
  }
  const base = { json, ...(reason === undefined ? {} : { reason }) }
  switch (positionals.join(' ')) {
    case 'dead-letters list':
      return { kind: 'list-dead-letters', ...base, ...(service === undefined ? {} : { service }) }
    case 'dead-letters replay':
      if (!values.all && reason === undefined && at === undefined)
        throw new Refusal('say which: --all, --reason TEXT or --at TOPIC:PARTITION:OFFSET')
      return { kind: 'replay-dead-letters', service: required('service', service), ...base, ...(at === undefined ? {} : { at }) }
    case 'fence show':
      return { kind: 'show-fences', json, ...(service === undefined ? {} : { service }) }
    case 'fence set':
      return {
        kind: 'set-fence',
        json,
        service: required('service', service),
        topic: required('topic', values.topic),
        partition: values.partition === 'all' ? 'all' : wholeNumber('partition', required('partition', values.partition)),
        to: offsetOf(required('to', values.to)),
      }
    default:
      throw new Refusal(`no such command\n\n${USAGE}`)
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Refusal(`give --${name}\n\n${USAGE}`)
  return value
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(`--${name} must be a whole number or all (got ${text})`)
  return Number(text)
}

function offsetOf(text: string): bigint | 'low' | 'high' {
  if (text === 'low' || text === 'high') return text
  if (!/^\d{1,18}$/.test(text)) throw new Refusal(`--to must be low, high or an offset (got ${text})`)
  return BigInt(text)
}

import type { NamedOperation, OpenApi, Schema } from './openapi.fixture'
import { BODIES, ODD } from './fuzz-values.fixture'
import { placesOf, type Place, type Shape, type Values } from './openapi-fuzz.fixture'
import type { RawRequest } from './raw-request.fixture'

/** A request as it is sent, and what an answer to it must respect. */
export interface FuzzRequest extends RawRequest {
  /** The parameter or field of the body that is not good, or may not be; null when no one of them is meant. */
  readonly target: string | null
  /** The path may lead elsewhere than to the operation. */
  readonly isAstray: boolean
  /** What the operation reads of it that may not be good. */
  readonly says: { readonly schema: Schema; readonly value: unknown } | null
  /** The parser refuses it as a whole. */
  readonly isPoisoned: boolean
}

/** Stands in a body for a text of JSON that is put there once all else is text. */
const MARK = '@odd@'
/** A server takes no more of a request line and header fields than 16 kB. */
const LONGEST = 5_000

export function fuzzRequest(openApi: OpenApi, operation: NamedOperation, shape: Shape, authorization: string): FuzzRequest {
  const { fault } = shape
  const place = fault.kind === 'value' ? chosen(placesOf(openApi, operation, shape), fault.pick) : null
  const odd = 'odd' in fault ? ODD[fault.odd]! : ''
  const at = (where: Place['in'], values: Values): Values => (place?.in === where ? { ...values, [place.name]: textOf(odd) } : values)
  const said = saidBy(shape, place, odd)
  const body = fault.kind === 'body' ? BODIES[fault.body]! : said === undefined ? null : Buffer.from(said)
  const key: Record<string, string> = fault.kind === 'key' ? { 'Idempotency-Key': fault.text } : {}
  const type = fault.kind === 'type' ? fault.type : (shape.type ?? (body === null ? null : 'application/json'))
  const query = queryOf(operation, shape, at('query', shape.query))
  return {
    method: operation.method,
    path: pathOf(operation, shape, at('path', shape.path)) + (query.text === '' ? '' : `?${query.text}`),
    headers: { authorization, ...texts(shape.header), ...key, ...(type === null ? {} : { 'content-type': type }) },
    body,
    target: place?.name ?? query.target ?? targetBeside(operation, shape),
    isAstray: fault.kind === 'segment' || place?.in === 'path',
    says: sayingOf(operation, shape, place, said, odd),
    isPoisoned: /"__proto__"|"constructor":\{"prototype"/.test(said ?? ''),
  }
}

function sayingOf(
  { parameters, requestBody }: NamedOperation,
  { fault, type }: Shape,
  place: Place | null,
  said = '',
  odd = '',
): FuzzRequest['says'] {
  const parameter = parameters.find(({ in: where, name }) => where === place?.in && name === place.name)
  if (parameter !== undefined) return { schema: parameter.schema, value: numberOr(textOf(odd), parameter.schema) }
  const key = parameters.find(({ name }) => name === 'Idempotency-Key')
  if (fault.kind === 'key' && key !== undefined) return { schema: key.schema, value: fault.text.trim() }
  if (type !== 'application/json' || fault.kind === 'body' || fault.kind === 'type') return null
  return { schema: requestBody!.content[type]!.schema, value: JSON.parse(said) }
}

const numberOr = (text: string, { type }: Schema): unknown => (type === 'integer' && /^-?[\d.]+$/.test(text) ? Number(text) : text)

/** The body's text; undefined without one. */
function saidBy({ type, body, fault }: Shape, place: Place | null, odd: string): string | undefined {
  if (type === null) return undefined
  if (typeof body === 'string') return body
  const copy = structuredClone(body) as Record<string, unknown>
  if (place?.in === 'body') put(copy, place.name)
  const text = JSON.stringify(copy)
  if (fault.kind === 'unknown field') return `{${JSON.stringify(fault.name)}:${odd}${text === '{}' ? '' : ','}${text.slice(1)}`
  return text.replace(JSON.stringify(MARK), () => odd)
}

function put(body: Record<string, unknown>, name: string): void {
  const [, field] = /^items\[0\]\.(.+)$/.exec(name) ?? []
  const items = body['items'] as Record<string, unknown>[]
  if (field !== undefined) items[0]![field] = MARK
  else if (name === 'items[0]') (items as unknown[])[0] = MARK
  else body[name] = MARK
}

function pathOf({ path }: NamedOperation, { fault }: Shape, values: Values): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    fault.kind === 'segment' ? fault.text : encodeURIComponent(String(values[name]).toWellFormed()),
  )
}

function queryOf({ parameters }: NamedOperation, { fault }: Shape, values: Values): { text: string; target: string | null } {
  const query = new URLSearchParams(texts(values))
  if (fault.kind === 'query') return { text: [query.toString(), fault.text].filter((part) => part !== '').join('&'), target: null }
  const declared = parameters.filter((parameter) => parameter.in === 'query')
  if (fault.kind !== 'twice' || declared.length === 0) return { text: query.toString(), target: null }
  const { name, schema } = chosen(declared, fault.pick)
  const value = query.get(name) ?? String(schema.example ?? schema.default)
  query.delete(name)
  query.append(name, value)
  query.append(name, value)
  return { text: query.toString(), target: name }
}

/** What a fault spoils that is neither a value nor twice there. */
function targetBeside({ parameters }: NamedOperation, { fault, type }: Shape): string | null {
  if (fault.kind === 'unknown field' && type === 'application/json') return fault.name
  if (fault.kind === 'key' && parameters.some(({ name }) => name === 'Idempotency-Key')) return 'Idempotency-Key'
  return null
}

function textOf(json: string): string {
  const value: unknown = JSON.parse(json)
  return (typeof value === 'string' ? value : json).slice(0, LONGEST)
}

const texts = (values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
const chosen = <T>(list: readonly T[], pick: number): T => list[pick % list.length]!

import fc, { type Arbitrary } from 'fast-check'
import { BODIES, KEYS, ODD, QUERIES, SEGMENTS, TYPES } from './fuzz-values.fixture'
import type { NamedOperation, OpenApi, Parameter, Schema } from './openapi.fixture'

/** What is wrong with a request that would be good. `pick` chooses one of its places, or of its query's parameters. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly pick: number; readonly odd: string }
  | { readonly kind: 'unknown field'; readonly name: string; readonly odd: string }
  | { readonly kind: 'twice'; readonly pick: number }
  | { readonly kind: 'segment'; readonly text: string }
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'body'; readonly body: string }

export type Values = Readonly<Record<string, unknown>>

/** A good request of one operation, and what is to be wrong with it. */
export interface Shape {
  readonly operation: string
  readonly caller: string
  readonly type: string | null
  readonly path: Values
  readonly query: Values
  readonly header: Values
  readonly body: unknown
  readonly fault: Fault
}

/** Good values of what a schema cannot tell, the best first, by `<operation> <name>` or by name: ids, cursors, files. */
export type Known = Readonly<Record<string, readonly string[]>>

/** Where a value can be put: a parameter, or a field of the body such as `items[0].lesson_id`. */
export interface Place {
  readonly in: 'path' | 'query' | 'body'
  readonly name: string
}

export function placesOf(openApi: OpenApi, { parameters, requestBody }: NamedOperation, { body, type }: Shape): Place[] {
  const declared = parameters.flatMap(({ in: where, name }): Place[] => (where === 'header' ? [] : [{ in: where, name }]))
  if (type !== 'application/json') return declared
  const schema: Schema = openApi.resolved(requestBody!.content[type]!.schema)
  const [item] = ((body as { items?: Values[] }).items ?? []) as (Values | undefined)[]
  const names = [
    ...Object.keys(schema.properties ?? (body as Values)),
    ...(item === undefined ? [] : ['items[0]', ...Object.keys(item).map((name) => `items[0].${name}`)]),
  ]
  return [...declared, ...names.map((name): Place => ({ in: 'body', name }))]
}

const TIMES = ['1970-01-01T00:00:00Z', '2026-01-05T09:30:00.123+05:45', '2024-02-29T23:59:59Z', '9999-12-31T23:59:59.999Z']
const odd = fc.constantFrom(...Object.keys(ODD))
const pick = fc.nat({ max: 30 })
const named = fc.constantFrom('x', '', 'then', 'toString', 'constructor', '__proto__', 'length', '0', 'items', 'user_id')
const kind = <K extends Fault['kind'], V>(name: K, value: Arbitrary<V>) => value.map((rest) => ({ kind: name, ...rest }))
const fault: Arbitrary<Fault> = fc.oneof(
  { arbitrary: fc.constant({ kind: 'none' as const }), weight: 4 },
  { arbitrary: kind('value', fc.record({ pick, odd })), weight: 8 },
  { arbitrary: kind('unknown field', fc.record({ name: named, odd })), weight: 2 },
  kind('twice', fc.record({ pick })),
  kind('segment', fc.record({ text: fc.constantFrom(...SEGMENTS) })),
  kind('query', fc.record({ text: fc.constantFrom(...QUERIES) })),
  kind('type', fc.record({ type: fc.constantFrom(...TYPES) })),
  kind('key', fc.record({ text: fc.constantFrom(...KEYS) })),
  kind('body', fc.record({ body: fc.constantFrom(...Object.keys(BODIES)) })),
)

/** Every value in every place and everything else that may be wrong, once, in requests that are good otherwise. */
export function everyFault(openApi: OpenApi, known: Known, caller: string, seed: number): Shape[] {
  const best = Object.fromEntries(Object.entries(known).map(([name, [first]]) => [name, [first!]]))
  const beside: Fault[] = [
    ...SEGMENTS.map((text) => ({ kind: 'segment' as const, text })),
    ...QUERIES.map((text) => ({ kind: 'query' as const, text })),
    ...TYPES.map((type) => ({ kind: 'type' as const, type })),
    ...KEYS.map((text) => ({ kind: 'key' as const, text })),
    ...Object.keys(BODIES).map((body) => ({ kind: 'body' as const, body })),
  ]
  return openApi.operations.flatMap((operation) => {
    const samples = fc.sample(shapesOf(openApi, operation, best, [caller]), { seed, numRuns: 50 })
    const good = samples.map((shape) => ({ ...shape, header: {} })) // one key for all would make all but the first another request
    const places = good.flatMap((shape) => placesOf(openApi, operation, shape).map(({ name }, n) => [name, { shape, n }] as const))
    const values = [...new Map(places).values()].flatMap(({ shape, n }) =>
      Object.keys(ODD).map((value) => ({ ...shape, fault: { kind: 'value' as const, pick: n, odd: value } })),
    )
    return [...values, ...beside.map((one, n) => ({ ...good[n % good.length]!, fault: one }))]
  })
}

/** Requests of every operation of a document, by some of these callers. */
export function shapes(openApi: OpenApi, known: Known, callers: readonly string[]): Arbitrary<Shape> {
  return fc.oneof(...openApi.operations.map((operation) => shapesOf(openApi, operation, known, callers)))
}

function shapesOf(openApi: OpenApi, operation: NamedOperation, known: Known, callers: readonly string[]): Arbitrary<Shape> {
  const { name, parameters, requestBody } = operation
  const valueOf = (field: string, schema: Schema): Arbitrary<unknown> => goodValue(openApi, schema, field, known, name)
  const inside = (place: Parameter['in']) => {
    const here = parameters.filter((parameter) => parameter.in === place)
    const requiredKeys = here.filter(({ required }) => required).map((parameter) => parameter.name)
    return fc.record(Object.fromEntries(here.map((parameter) => [parameter.name, valueOf(parameter.name, parameter.schema)])), {
      requiredKeys,
    })
  }
  const media = Object.entries(requestBody?.content ?? {})
  const sent = media.map(([type, { schema }]) => fc.record({ type: fc.constant(type), body: valueOf(type, schema) }))
  return fc
    .record({
      caller: fc.constantFrom(...callers),
      path: inside('path'),
      query: inside('query'),
      header: inside('header'),
      sent: sent.length === 0 ? fc.constant({ type: null, body: undefined }) : fc.oneof(...sent),
      fault,
    })
    .map(({ sent: { type, body }, ...rest }) => ({ operation: name, type, body, ...rest }))
}

/** Values that the schema allows and that the service must take. */
function goodValue(openApi: OpenApi, given: Schema, name: string, known: Known, operation: string): Arbitrary<unknown> {
  const schema = openApi.resolved(given)
  const values = known[`${operation} ${name}`] ?? known[name]
  if (values !== undefined) return fc.constantFrom(...values)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.oneOf !== undefined) return fc.oneof(...schema.oneOf.map((one) => goodValue(openApi, one, name, known, operation)))
  const inner = (of: Schema, field: string) => goodValue(openApi, of, field, known, operation)
  const { minimum: min = 0, maximum: max = 2 ** 31 - 1, minItems: minLength = 0, properties = {} } = schema
  switch (schema.type) {
    case 'integer':
      return fc.integer({ min, max })
    case 'number':
      return fc.double({ min, max, noNaN: true })
    case 'array':
      return fc.array(inner(schema.items!, name), { minLength, maxLength: 5 })
    case 'object': {
      const fields = Object.fromEntries(Object.entries(properties).map(([field, property]) => [field, inner(property, field)]))
      return fc.record(fields, { requiredKeys: [...(schema.required ?? [])] })
    }
    default:
      if (schema.format === 'date-time') return fc.constantFrom(...TIMES)
      return schema.format === 'uuid' ? fc.uuid() : fc.string({ unit: 'grapheme', maxLength: 20 })
  }
}

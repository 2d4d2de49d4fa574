import fc, { type Arbitrary } from 'fast-check'
import type { NamedOperation, OpenApi, Parameter, Schema } from './openapi.fixture'

/** Texts of JSON that are put where a good value belongs. */
export const ODD: Readonly<Record<string, string>> = {
  null: 'null',
  true: 'true',
  'an empty text': '""',
  text: '"x"',
  'a NUL': '"a\\u0000b"',
  'half of a surrogate pair': '"a\\ud800b"',
  'a date that does not exist': '"2026-02-30T00:00:00Z"',
  'a time after 9999': '"9999-12-31T23:59:59-01:00"',
  'a UUID too long': '"11111111-1111-4111-8111-1111111111110"',
  'a UUID': '"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"',
  'a name that all objects have': '"constructor"',
  SQL: `"' or 1=1 --"`,
  '-1': '-1',
  '-0': '-0',
  '0.1': '0.1',
  '101': '101',
  '2^31': '2147483648',
  '2^53 + 1': '9007199254740993',
  'the greatest number': '1.7976931348623157e308',
  'beyond all numbers': '1e999',
  'an empty list': '[]',
  'an empty object': '{}',
  'a list of itself': '[["x"]]',
  'a prototype': '{"__proto__":{"x":1}}',
  'a constructor': '{"constructor":{"prototype":{"x":1}}}',
  '100,000 letters': JSON.stringify('x'.repeat(100_000)),
  '20,000 zeros': `[${'0,'.repeat(20_000)}0]`,
  'a list 10,000 levels deep': '['.repeat(10_000) + ']'.repeat(10_000),
  'an object 10,000 levels deep': '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
}

/** What a path, a query, a header or a body may be instead of a good one. */
export const SEGMENTS = [
  '',
  '.',
  '..',
  '%2e%2e%2f',
  '%00',
  '%',
  '%ff',
  '%F0%9F',
  '{id}',
  '*',
  '__proto__',
  '%20',
  'a'.repeat(101),
  'a'.repeat(5_000),
]
export const QUERIES = [
  '&&&',
  '=',
  '%',
  '%ff=%ff',
  'x',
  'x=1',
  'x[y]=1',
  '__proto__=1',
  '__proto__[x]=1',
  'constructor=1',
  'toString=1',
  'then=1',
]
export const TYPES = [
  '',
  'text/plain',
  'text/csv',
  'application/x-ndjson',
  'application/json; charset=latin1',
  'application/json/json',
  ';',
  'multipart/form-data',
]
export const KEYS = ['', ' ', 'a'.repeat(255), 'a'.repeat(256), 'ü', 'a\tb', '__proto__', "'"]
export const BODIES: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'an open brace': Buffer.from('{"a":'),
  'a list': Buffer.from('[]'),
  'the text null': Buffer.from('null'),
  NaN: Buffer.from('{"score":NaN}'),
  'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'a byte order mark': Buffer.from('\ufeff{}'),
  NULs: Buffer.alloc(100),
  'a prototype': Buffer.from('{"__proto__":{"x":1}}'),
  'brackets 10,000 levels deep': Buffer.from('['.repeat(10_000)),
  '1.1 MB': Buffer.from(JSON.stringify({ x: 'x'.repeat(1_100_000) })),
  '20,000 names': Buffer.from(`{${Array.from({ length: 20_000 }, (_, n) => `"n${n}":1`).join(',')}}`),
}

/** What is wrong with a request that would be good. `pick` chooses one of its parameters and fields. */
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

/** Good values of what a schema cannot tell, by `<operation> <name>` or by name: ids, cursors, files. */
export type Known = Readonly<Record<string, readonly string[]>>

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

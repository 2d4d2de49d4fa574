import { join } from 'node:path'
import { incompatibilities } from './incompatibilities.ts'
import { readSchemas, type Schema, type Schemas } from './schema-files.ts'

const released: Schema = {
  type: 'object',
  required: ['id', 'items'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    note: { description: 'A note.', type: 'string', maxLength: 10 },
    kind: { type: 'string', enum: ['a', 'b'] },
    score: { type: 'integer', minimum: 0, maximum: 100 },
    items: {
      type: 'array',
      maxItems: 5,
      items: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
    },
  },
}

const only = (schema: Schema): Schemas => new Map([['thing.v1', schema]])

type Changes = Readonly<Record<string, unknown>>

/** What is incompatible after values of the released schema were set, by their path; undefined removes one. */
function after(changes: Changes): string[] {
  const next = structuredClone(released) as Record<string, unknown>
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.')
    const last = keys.pop()!
    const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, next)
    if (value === undefined) delete parent[last]
    else parent[last] = value
  }
  return incompatibilities(only(released), only(next))
}

it('finds nothing when nothing changed', () => {
  expect(after({})).toEqual([])
})

it.each<[string, Changes]>([
  ['a new optional field', { 'properties.added': { type: 'string' } }],
  ['a new optional object with required fields', { 'properties.added': released }],
  ['a new optional field in an item', { 'properties.items.items.properties.m': { type: 'number' } }],
  ['another description', { 'properties.note.description': 'Another note.' }],
  ['another order', { required: ['items', 'id'], 'properties.kind.enum': ['b', 'a'] }],
])('takes %s as compatible', (_, changes) => {
  expect(after(changes)).toEqual([])
})

it('takes new events and versions as compatible', () => {
  const current = new Map([...only(released), ['thing.v2', {}], ['other.v1', {}]])
  expect(incompatibilities(only(released), current)).toEqual([])
})

it.each<[string, Changes, string]>([
  ['a removed optional field', { 'properties.note': undefined }, 'note was removed'],
  ['a removed required field', { 'properties.id': undefined, required: ['items'] }, 'id was removed'],
  ['a removed field of an item', { 'properties.items.items.properties': {} }, 'items[].n was removed'],
  ['another type', { 'properties.id.type': 'integer' }, 'id: type changed from "string" to "integer"'],
  ['a wider type', { 'properties.score.type': 'number' }, 'score: type changed from "integer" to "number"'],
  [
    'another type in an item',
    { 'properties.items.items.properties.n.type': 'string' },
    'items[].n: type changed from "number" to "string"',
  ],
  ['another root type', { type: 'array' }, 'the value: type changed from "object" to "array"'],
  ['another format', { 'properties.id.format': 'text' }, 'id: format changed from "uuid" to "text"'],
  ['a new format', { 'properties.note.format': 'uuid' }, 'note: format changed from none to "uuid"'],
  ['a removed choice', { 'properties.kind.enum': ['a'] }, 'kind: enum changed from ["a","b"] to ["a"]'],
  ['an added choice', { 'properties.kind.enum': ['a', 'b', 'c'] }, 'kind: enum changed from ["a","b"] to ["a","b","c"]'],
  ['a lower maximum', { 'properties.score.maximum': 99 }, 'score: maximum changed from 100 to 99'],
  ['a higher minimum', { 'properties.score.minimum': 1 }, 'score: minimum changed from 0 to 1'],
  ['a new bound', { 'properties.note.minLength': 1 }, 'note: minLength changed from none to 1'],
  ['a shorter list', { 'properties.items.maxItems': 4 }, 'items: maxItems changed from 5 to 4'],
  ['refused extra fields', { additionalProperties: false }, 'the value: additionalProperties changed from none to false'],
  ['an optional field made required', { required: ['id', 'items', 'note'] }, 'note is newly required'],
  ['a new required field', { required: ['id', 'items', 'added'], 'properties.added': {} }, 'added is newly required'],
  ['a required field made optional', { required: ['items'] }, 'id is no longer required'],
  ['a newly required field of an item', { 'properties.items.items.required': ['n', 'm'] }, 'items[].m is newly required'],
  ['items of any type', { 'properties.items.items': undefined }, 'items: items was removed'],
])('finds %s', (_, changes, found) => {
  expect(after(changes)).toEqual([`thing.v1: ${found}`])
})

it('finds a removed event version', () => {
  expect(incompatibilities(only(released), new Map())).toEqual(['thing.v1: the event version was removed'])
})

describe('the event schemas', () => {
  const before = readSchemas(join(__dirname, '../compatibility'))
  const current = readSchemas(join(__dirname, '../src'))

  it('break nothing that was released', () => {
    expect(incompatibilities(before, current)).toEqual([])
  })

  it('are released as they are (else run scripts/check-compatibility.ts --accept)', () => {
    expect(Object.fromEntries(before)).toEqual(Object.fromEntries(current))
  })
})

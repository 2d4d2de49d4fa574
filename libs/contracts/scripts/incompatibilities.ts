import type { Schema, Schemas } from './schema-files.ts'

/** Keywords that say nothing about which data is valid. */
const ANNOTATIONS = ['$schema', '$id', '$comment', 'title', 'description', 'examples']
/** Keywords that are compared field by field. */
const STRUCTURE = ['properties', 'required', 'items']

/**
 * Everything in `current` that would break a consumer or a producer of `previous`, one sentence each; empty when
 * compatible. Topics are kept for ever and services are deployed one by one, so old data must stay valid for new code
 * and new data for old code: a new optional field (or a new event or version) is the only compatible change.
 */
export function incompatibilities(previous: Schemas, current: Schemas): string[] {
  return [...previous].flatMap(([event, before]) => {
    const after = current.get(event)
    return after ? inValue(`${event}: `, 'the value', before, after) : [`${event}: the event version was removed`]
  })
}

function inValue(event: string, field: string, before: Schema, after: Schema): string[] {
  const path = field === 'the value' ? '' : `${field}.`
  return [
    ...changedKeywords(before, after).map((change) => `${event}${field}: ${change}`),
    ...inRequired(before, after).map(([name, change]) => `${event}${path}${name} ${change}`),
    ...Object.entries(fieldsOf(before)).flatMap(([name, was]) => {
      const is = fieldsOf(after)[name]
      return is ? inValue(event, `${path}${name}`, was, is) : [`${event}${path}${name} was removed`]
    }),
    ...inItems(event, field, before, after),
  ]
}

function inRequired(before: Schema, after: Schema): [name: string, change: string][] {
  const was = requiredOf(before)
  const is = requiredOf(after)
  return [
    ...is.filter((name) => !was.includes(name)).map((name): [string, string] => [name, 'is newly required']),
    ...was.filter((name) => !is.includes(name) && name in fieldsOf(after)).map((name): [string, string] => [name, 'is no longer required']),
  ]
}

function inItems(event: string, field: string, before: Schema, after: Schema): string[] {
  const was = before['items'] as Schema | undefined
  const is = after['items'] as Schema | undefined
  if (was && is) return inValue(event, `${field}[]`, was, is)
  return was || is ? [`${event}${field}: items was ${was ? 'removed' : 'added'}`] : []
}

function changedKeywords(before: Schema, after: Schema): string[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keywords]
    .filter((keyword) => !ANNOTATIONS.includes(keyword) && !STRUCTURE.includes(keyword))
    .filter((keyword) => textOf(before[keyword]) !== textOf(after[keyword]))
    .map((keyword) => `${keyword} changed from ${textOf(before[keyword])} to ${textOf(after[keyword])}`)
}

/** The order within a list (enum, type) means nothing. */
function textOf(constraint: unknown): string {
  return JSON.stringify(Array.isArray(constraint) ? constraint.toSorted() : constraint) ?? 'none'
}

function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema['properties'] ?? {}) as Record<string, Schema>
}

function requiredOf(schema: Schema): readonly string[] {
  return (schema['required'] ?? []) as string[]
}

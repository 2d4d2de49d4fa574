import type { ErrorObject } from 'ajv'
import type { FieldError } from './problem'
import { fieldPath } from './validation'

/** A `format` of string fields: what passes, and what a refusal says, such as `must be a UUID`. */
export interface SchemaFormat {
  readonly test: (text: string) => boolean
  readonly detail: string
}

export type SchemaFormats = Readonly<Record<string, SchemaFormat>>

type Params = Readonly<Record<string, unknown>>

/** What is wrong with each field, in the words of the DTO classes; one entry per field. */
export function refusedFields(errors: readonly ErrorObject[], formats: SchemaFormats): FieldError[] {
  const reasons = new Map<string, Set<string>>()
  for (const error of errors) {
    const { field, detail } = fieldError(error, formats)
    const known = reasons.get(field)
    if (known === undefined) reasons.set(field, new Set([detail]))
    else known.add(detail)
  }
  return Array.from(reasons, ([field, details]) => ({ field, detail: [...details].join('; ') }))
}

function fieldError(error: ErrorObject, formats: SchemaFormats): FieldError {
  const { list, field } = pathOf(error.instancePath)
  const params = error.params as Params
  switch (error.keyword) {
    case 'additionalProperties':
      return { field: fieldPath(field, String(params['additionalProperty'])), detail: 'is not a known field' }
    case 'required':
      return { field: fieldPath(field, String(params['missingProperty'])), detail: 'is missing' }
    case 'type':
      // An element that is no object has no fields to name: it is the list that is wrong.
      return list !== null && params['type'] === 'object'
        ? { field: list, detail: 'must hold objects' }
        : { field, detail: kindOf(error.parentSchema ?? {}, formats) }
    default:
      return { field, detail: ruleOf(error, params, formats) }
  }
}

function ruleOf(error: ErrorObject, params: Params, formats: SchemaFormats): string {
  const limit = Number(params['limit'])
  switch (error.keyword) {
    case 'format':
      return formats[String(params['format'])]?.detail ?? 'is not valid'
    case 'minimum':
      return `must be at least ${limit}`
    case 'maximum':
      return `must be at most ${limit}`
    case 'minItems':
      return limit === 1 ? 'must hold at least one item' : `must hold at least ${limit} items`
    case 'maxItems':
      return `must hold at most ${limit} items`
    case 'minLength':
      return `must have at least ${limit} characters`
    case 'maxLength':
      return `must have at most ${limit} characters`
    case 'enum':
      return `must be one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`
    default:
      return error.message ?? 'is not valid'
  }
}

/** What a value of another type should have been. */
function kindOf({ type, format, minimum, maximum }: Params, formats: SchemaFormats): string {
  if (typeof format === 'string') return formats[format]?.detail ?? 'is not valid'
  const range = typeof minimum === 'number' && typeof maximum === 'number' ? ` from ${minimum} to ${maximum}` : ''
  const kinds = new Map<unknown, string>([
    ['string', 'must be a text'],
    ['number', `must be a number${range}`],
    ['integer', `must be a whole number${range}`],
    ['boolean', 'must be true or false'],
    ['array', 'must be a list'],
    ['object', 'must be an object'],
  ])
  return kinds.get(type) ?? 'is of another type than expected'
}

/** A JSON Pointer (RFC 6901) as the path of a field; list is the path of the list that it is an element of, if any. */
function pathOf(pointer: string): { field: string; list: string | null } {
  const names = pointer.split('/').slice(1)
  const unescaped = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = unescaped.at(-1)
  const parent = unescaped.slice(0, -1).reduce(fieldPath, '')
  if (last === undefined) return { field: '', list: null }
  return { field: fieldPath(parent, last), list: parent !== '' && /^\d+$/.test(last) ? parent : null }
}

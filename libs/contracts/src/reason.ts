import type { ErrorObject } from 'ajv'
import { isUuid } from './formats'

const LONGEST_QUOTE = 60

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'a JSON object',
}

/**
 * Says what is wrong with one field, for example `lessons[3].lesson_id is missing`. The text is short and one line
 * whatever the value was (values are cut and quoted as JSON), so that it fits a header, a log line and a response.
 */
export function reasonOf(error: ErrorObject): string {
  const field = fieldAt(error.instancePath)
  const params = error.params as Readonly<Record<string, string | number | readonly string[]>>
  const { data } = error
  switch (error.keyword) {
    case 'required':
      return `${field ? `${field}.` : ''}${String(params['missingProperty'])} is missing`
    case 'type':
      return `${field || 'the value'} must be ${TYPES[String(params['type'])] ?? String(params['type'])} (got ${quote(data)})`
    case 'format':
      return `${field} ${formatRule(String(params['format']), String(data))}`
    case 'enum':
      return `${field} must be one of ${(params['allowedValues'] as readonly string[]).join(', ')} (got ${quote(data)})`
    case 'minimum':
    case 'maximum':
      return `${field} must be ${String(params['comparison'])} ${String(params['limit'])} (got ${quote(data)})`
    case 'minLength':
      return `${field} must have at least ${String(params['limit'])} character(s) (got ${quote(data)})`
    case 'maxLength':
      return `${field} must have at most ${String(params['limit'])} characters (got ${quote(data)})`
    case 'maxItems':
      return `${field} must have at most ${String(params['limit'])} items (got ${quote(data)})`
    default:
      return `${field || 'the value'} ${error.message ?? 'is not valid'}`
  }
}

function formatRule(format: string, value: string): string {
  if (format === 'uuid') return `must be a ${isUuid(value.toLowerCase()) ? 'lower-case ' : ''}UUID (got ${quote(value)})`
  if (format === 'utc-date-time') return `must be an existing UTC time like 2026-01-02T03:04:05.678Z (got ${quote(value)})`
  return value.includes('\0') ? 'must not contain NUL characters' : 'must not contain half of a surrogate pair'
}

/** JSON pointer to words: `/lessons/3/lesson_id` becomes `lessons[3].lesson_id`. */
function fieldAt(pointer: string): string {
  return pointer
    .slice(1)
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.')
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  const text = JSON.stringify(value.slice(0, LONGEST_QUOTE))
  if (value.length <= LONGEST_QUOTE && text.length <= LONGEST_QUOTE + 2) return text
  return `${text.slice(0, LONGEST_QUOTE)}…" of ${value.length} characters`
}

const REDACTED = '[redacted]'
const MAX_DEPTH = 8
const MAX_ITEMS = 100
const MAX_TEXT = 16_384

/** Keys whose value never reaches a log, compared without case, dashes and underscores: `X-Api-Key`, `credly_token`. */
const SECRET_KEY = /(authorization|password|passwd|token|secret|apikey|privatekey|secretkey|email|cookie)s?$/

// Every repetition is bounded, so that a long text costs linear time.
const SECRETS_IN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic) [\w.~+/=-]{1,8192}/gi, `$1 ${REDACTED}`],
  [/:\/\/[^\s/@]{1,512}@/g, `://${REDACTED}@`],
  [/[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}/gi, REDACTED],
]

/** The text without bearer tokens, URL credentials and e-mail addresses, cut to 16 kB. */
export function redactText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text
  return SECRETS_IN_TEXT.reduce((done, [pattern, by]) => done.replace(pattern, by), short)
}

/**
 * A copy that is safe to log: values under secret keys are replaced at any depth, texts pass redactText, and what
 * JSON cannot hold (bigint, bytes, errors, cycles) becomes text. Never throws for plain data.
 */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, [])
}

function redactObject(object: object, ancestors: readonly object[]): Record<string, unknown> {
  const path = [...ancestors, object]
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== undefined && typeof value !== 'function')
      .map(([key, value]) => [key, isSecret(key, value) ? REDACTED : redactValue(value, path)]),
  )
}

function isSecret(key: string, value: unknown): boolean {
  // Null and { token: true } only say whether there is one.
  if (value === null || typeof value === 'boolean') return false
  return SECRET_KEY.test(key.toLowerCase().replace(/[-_]/g, ''))
}

function redactValue(value: unknown, path: readonly object[]): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (path.includes(value)) return '[circular]'
  if (path.length >= MAX_DEPTH) return '[too deep]'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`
  if (value instanceof Error) return redactError(value, path)
  if (Array.isArray(value)) return redactArray(value, path)
  return redactObject(value, path)
}

function redactArray(items: readonly unknown[], path: readonly object[]): unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item) => redactValue(item, [...path, items]))
  return items.length > MAX_ITEMS ? [...shown, `… ${items.length - MAX_ITEMS} more`] : shown
}

/** Only these parts: a driver's other fields (parameters, row values) may hold personal data. */
function redactError(error: Error, path: readonly object[]): Record<string, unknown> {
  const { name, message, stack, cause } = error
  const code = 'code' in error ? error.code : undefined
  return redactObject({ type: name, message, code, stack, cause }, [...path, error])
}

import { Ajv, type ErrorObject } from 'ajv'
import { isStorableText, isUtcDateTime, isUuid } from './formats'
import { reasonOf } from './reason'

/** One version of one event: where it travels, what it carries, and how untrusted JSON becomes it. */
export interface EventDefinition<T> {
  /** Kafka topic, for example `lesson.completed`. */
  readonly topic: string
  /** CloudEvents type with the version, for example `lesson.completed.v1`. */
  readonly type: string
  /** JSON Schema, draft 7, of the data: the source of the type. */
  readonly schema: object
  /** Kafka record key; events of one key keep their order. */
  key(data: T): string
  /**
   * Validates parsed JSON and returns the same object, typed, or a reason naming the first wrong field, for example
   * `progress_percentage must be <= 100 (got 101)`. Never throws. Every string in a known field can be stored in
   * Postgres. Unknown fields are left in and unchecked: newer producers may send them, and nobody may rely on them.
   */
  parse(data: unknown): Parsed<T>
  /** Valid examples, at least one. */
  readonly samples: readonly T[]
}

export type Parsed<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly reason: string }

/** `verbose` gives the reason the refused value; the first error is enough, so that a bad message costs no more. */
const ajv = new Ajv({
  strict: true,
  verbose: true,
  formats: { uuid: isUuid, 'utc-date-time': isUtcDateTime, text: isStorableText },
})

/** Makes the definition of one event version. Throws when the schema itself is not valid in ajv's strict mode. */
export function defineEvent<T>(event: Omit<EventDefinition<T>, 'parse'>): EventDefinition<T> {
  const validate = ajv.compile<T>(event.schema)
  return {
    ...event,
    parse: (data) => (validate(data) ? { ok: true, data } : { ok: false, reason: reasonOf(firstOf(validate.errors)) }),
  }
}

function firstOf(errors: ErrorObject[] | null | undefined): ErrorObject {
  const error = errors?.[0]
  if (!error) throw new Error('ajv refused a value without an error')
  return error
}

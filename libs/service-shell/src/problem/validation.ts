import { Readable } from 'node:stream'
import { ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common'
import type { ValidationError } from 'class-validator'
import { Problem, type FieldError } from './problem'

const MAX_ERRORS = 20
const MAX_FIELD_LENGTH = 120
/** A UUID of any version in any case. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Checks bodies and queries against the class of the parameter and turns them into its instances. A field that the
 * class does not know is refused. Refusals are 400 problems with the path of each wrong field, the first 20 of them.
 */
export class DtoPipe extends ValidationPipe {
  constructor() {
    super({ whitelist: true, forbidNonWhitelisted: true, transform: true, exceptionFactory: toValidationProblem })
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof Readable) return value // a streamed body, whatever class its parameter names
    // class-validator lets a bare list or text pass where an object is expected.
    if (metadata.type === 'body' && this.toValidate(metadata) && !isObject(value)) {
      throw Problem.badRequest('the body must be a JSON object')
    }
    try {
      return (await super.transform(value, metadata)) as unknown
    } catch (error) {
      // What checks the fields calls itself once for each level of the body.
      if (error instanceof RangeError) throw Problem.badRequest('the body is nested too deeply')
      throw error
    }
  }
}

/** `@Param('id', UuidPipe)`: refuses anything but a UUID with a 400 that names the parameter. */
export class UuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data = 'id' }: ArgumentMetadata): string {
    if (typeof value === 'string' && UUID.test(value)) return value
    throw Problem.badRequest(`${data} must be a UUID`, data)
  }
}

export function toValidationProblem(failures: readonly ValidationError[]): Problem {
  return refuseFields(failures.flatMap((failure) => fieldErrors(failure, '')))
}

/** The 400 that names the first 20 of these fields. */
export function refuseFields(all: readonly FieldError[]): Problem {
  const [first] = all
  if (first === undefined) return Problem.badRequest('the body is not valid')
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : ''
  return new Problem(400, `${shorten(first).field}: ${first.detail}${more}`, { errors: all.slice(0, MAX_ERRORS).map(shorten) })
}

function shorten({ field, detail }: FieldError): FieldError {
  return { field: field.slice(0, MAX_FIELD_LENGTH), detail }
}

/** The path of a field or element of what `parent` names: `items[3].lesson_id`; parent '' is the body itself. */
export function fieldPath(parent: string, property: string): string {
  if (parent === '') return property
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`
}

function fieldErrors(failure: ValidationError, parent: string): FieldError[] {
  const field = fieldPath(parent, failure.property)
  const reasons = Object.entries(failure.constraints ?? {}).map(([rule, text]) =>
    rule === 'whitelistValidation' ? 'is not a known field' : text,
  )
  const own = reasons.length > 0 ? [{ field, detail: reasons.join('; ') }] : []
  return [...own, ...(failure.children ?? []).flatMap((child) => fieldErrors(child, field))]
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

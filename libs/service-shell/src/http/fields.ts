import { applyDecorators } from '@nestjs/common'
import { ApiPropertyOptional } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsInt, IsUUID, Max, Min, ValidateIf } from 'class-validator'

/** May be left out; null is no value of any field, so it is refused where it is sent. */
export const Optional = () => ValidateIf((_, value: unknown) => value !== undefined)

/** A UUID in any case; stored and compared in lower case. */
export const Uuid = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsUUID('loose', { message: 'must be a UUID' }),
  )

/** A UUID that may be left out. */
export const UuidField = (description: string, example: string) =>
  applyDecorators(ApiPropertyOptional({ format: 'uuid', description, example }), Optional(), Uuid())

export const WholeNumber = (minimum: number, maximum: number) => {
  const message = `must be a whole number from ${minimum} to ${maximum}`
  return applyDecorators(IsInt({ message }), Min(minimum, { message }), Max(maximum, { message }))
}

/** A whole number of a query. Digits alone: JavaScript would take '', ' 7' and '1e2' for numbers. */
export const WholeNumberField = (minimum: number, maximum: number, otherwise: number, description: string) =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum, maximum, default: otherwise, description }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)),
    WholeNumber(minimum, maximum),
  )

/** `limit` of every list; give the property the value 50. */
export const LimitField = () => WholeNumberField(1, 200, 50, 'How many items a page holds at most')

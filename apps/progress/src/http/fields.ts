import { applyDecorators } from '@nestjs/common'
import { Transform } from 'class-transformer'
import { IsUUID, ValidateBy, ValidateIf } from 'class-validator'
import { isRequestTime, REQUEST_TIME } from './request-time'

/** A UUID in any case; stored and compared in lower case. */
export const Uuid = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsUUID('loose', { message: 'must be a UUID' }),
  )
/** See `isRequestTime`. */
export const Time = () =>
  ValidateBy({
    name: 'isRequestTime',
    validator: {
      validate: isRequestTime,
      defaultMessage: () => REQUEST_TIME,
    },
  })
/** May be left out; null is no value of any field, so it is refused where it is sent. */
export const Optional = () => ValidateIf((_, value: unknown) => value !== undefined)

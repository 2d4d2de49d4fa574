import { applyDecorators } from '@nestjs/common'
import { ApiPropertyOptional } from '@nestjs/swagger'
import { ValidateBy } from 'class-validator'
import { isUtcDateTime } from '@laurel/contracts'
import { EXAMPLE, Optional } from '@laurel/service-shell'

/** As events carry times. */
export const OptionalTime = (description: string) =>
  applyDecorators(
    ApiPropertyOptional({ format: 'date-time', description, example: EXAMPLE.time }),
    Optional(),
    ValidateBy({
      name: 'isUtcDateTime',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isUtcDateTime(value),
        defaultMessage: () => 'must be an existing UTC time like 2026-01-02T03:04:05.678Z',
      },
    }),
  )

export function toTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}

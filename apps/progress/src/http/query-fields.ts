import { applyDecorators } from '@nestjs/common'
import { ApiPropertyOptional } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsIn, IsInt, Max, Min } from 'class-validator'
import type { EnrollmentStatus } from '../domain/enrollment'
import { Optional, Uuid } from './fields'

export const ENROLLMENT_STATUSES = [
  'active',
  'completed',
  'cancelled_by_user',
  'revoked_by_admin',
] as const satisfies readonly EnrollmentStatus[]

export const UuidField = (description: string, example: string) =>
  applyDecorators(ApiPropertyOptional({ format: 'uuid', description, example }), Optional(), Uuid())

/** Digits alone: JavaScript would take '', ' 7' and '1e2' for numbers. */
export const WholeNumberField = (minimum: number, maximum: number, otherwise: number, description: string) => {
  const message = `must be a whole number from ${minimum} to ${maximum}`
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum, maximum, default: otherwise, description }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)),
    IsInt({ message }),
    Min(minimum, { message }),
    Max(maximum, { message }),
  )
}

export const StatusField = () =>
  applyDecorators(
    ApiPropertyOptional({ enum: ENROLLMENT_STATUSES, description: 'Only enrollments of this status', example: 'active' }),
    Optional(),
    IsIn(ENROLLMENT_STATUSES, { message: `must be one of ${ENROLLMENT_STATUSES.join(', ')}` }),
  )

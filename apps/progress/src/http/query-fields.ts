import { applyDecorators } from '@nestjs/common'
import { ApiPropertyOptional } from '@nestjs/swagger'
import { IsIn } from 'class-validator'
import { Optional } from '@laurel/service-shell'
import type { EnrollmentStatus } from '../domain/enrollment'

export const ENROLLMENT_STATUSES = [
  'active',
  'completed',
  'cancelled_by_user',
  'revoked_by_admin',
] as const satisfies readonly EnrollmentStatus[]

export const StatusField = () =>
  applyDecorators(
    ApiPropertyOptional({ enum: ENROLLMENT_STATUSES, description: 'Only enrollments of this status', example: 'active' }),
    Optional(),
    IsIn(ENROLLMENT_STATUSES, { message: `must be one of ${ENROLLMENT_STATUSES.join(', ')}` }),
  )

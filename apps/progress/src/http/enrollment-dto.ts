import {
  CountBody,
  EXAMPLE,
  IdBody,
  NullableIdBody,
  NullableTextBody,
  NullableTimeBody,
  Optional,
  TimeBody,
  Uuid,
} from '@laurel/service-shell'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsIn, Matches } from 'class-validator'
import { ENROLLMENT_ACTIONS, type EnrollmentAction, type EnrollmentStatus } from '../domain/enrollment'
import { CycleBody, StatusBody } from './body-fields'
import { Time } from './fields'

export class EnrollmentRequestDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'The learner; the caller unless given', example: EXAMPLE.user })
  @Optional()
  @Uuid()
  user_id?: string

  @ApiProperty({ format: 'uuid', example: EXAMPLE.version })
  @Uuid()
  course_version_id: string

  @ApiProperty({
    enum: ENROLLMENT_ACTIONS,
    example: 'enroll',
    description:
      'Learners enroll and cancel; the administrators of the enrollment’s organisation also revoke, reactivate and open a cycle, which closes a completed or revoked one and starts anew',
  })
  @IsIn(ENROLLMENT_ACTIONS, { message: `must be one of ${ENROLLMENT_ACTIONS.join(', ')}` })
  action: EnrollmentAction

  @ApiPropertyOptional({ example: 'solo_subscription', maxLength: 100, description: 'Kept when the learner is enrolled' })
  @Optional()
  @Matches(/^[^\u0000\p{Surrogate}]{0,100}$/u, {
    message: 'must be a text of at most 100 characters, without NUL or half of a surrogate pair',
  })
  source_of_enrollment?: string

  @ApiPropertyOptional({ format: 'uuid', description: 'The organisation of the caller’s token', example: EXAMPLE.org })
  @Optional()
  @Uuid()
  org_id?: string

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Kept when the learner is enrolled or a cycle is opened',
    example: '2026-06-30T23:59:59.999Z',
  })
  @Optional()
  @Time()
  due_at?: string

  @ApiPropertyOptional({ example: 'Left the company', maxLength: 500, description: 'Why; kept when the status changes' })
  @Optional()
  @Matches(/^[^\u0000\p{Surrogate}]{0,500}$/u, {
    message: 'must be a text of at most 500 characters, without NUL or half of a surrogate pair',
  })
  reason?: string

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it was asked for; now unless given. An older request than the last one applied changes nothing',
    example: '2026-01-03T08:00:00.000Z',
  })
  @Optional()
  @Time()
  requested_at?: string
}

/** An enrollment as it stands. */
export class EnrollmentBody {
  @IdBody('user')
  readonly user_id: string
  @IdBody('version')
  readonly course_version_id: string
  @StatusBody()
  readonly status: EnrollmentStatus
  @NullableTextBody('Why the status is what it is', 'Left the company')
  readonly status_reason: string | null
  @CycleBody()
  readonly cycle: number
  @TimeBody('1970-01-01T00:00:00.000Z for the first cycle, so that what was done before the enrollment counts')
  readonly cycle_started_at: string
  @CountBody('Grows with each change', 1_767_427_200_000_000)
  readonly revision: number
  @TimeBody('When the learner was first enrolled')
  readonly enrolled_at: string
  @NullableTimeBody('Null unless completed')
  readonly completed_at: string | null
  @NullableTimeBody('When the course should be complete')
  readonly due_at: string | null
  @NullableTextBody('Where the enrollment came from', 'solo_subscription')
  readonly source_of_enrollment: string | null
  @NullableIdBody('org', 'The organisation that the learner is enrolled by')
  readonly org_id: string | null
}

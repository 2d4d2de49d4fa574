import { applyDecorators } from '@nestjs/common'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Transform, Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator'
import { ENROLLMENT_ACTIONS, type EnrollmentAction } from '../domain/enrollment'
import { isRequestTime } from './request-time'

/** A UUID in any case; stored and compared in lower case. */
const Uuid = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsUUID('loose', { message: 'must be a UUID' }),
  )
/** See `isRequestTime`. */
const Time = () =>
  ValidateBy({
    name: 'isRequestTime',
    validator: {
      validate: isRequestTime,
      defaultMessage: () => 'must be an existing RFC 3339 time from 1970 to 9999, such as 2026-01-02T03:04:05.678Z',
    },
  })
/** May be left out; null is no value of any field, so it is refused where it is sent. */
const Optional = () => ValidateIf((_, value: unknown) => value !== undefined)
const Percentage = () =>
  applyDecorators(
    IsNumber({ allowNaN: false, allowInfinity: false }, { message: 'must be a number from 0 to 100' }),
    Min(0, { message: 'must be at least 0' }),
    Max(100, { message: 'must be at most 100' }),
  )

export class EnrollmentRequestDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'The learner; the caller unless given' })
  @Optional()
  @Uuid()
  user_id?: string

  @ApiProperty({ format: 'uuid' })
  @Uuid()
  course_version_id: string

  @ApiProperty({ enum: ENROLLMENT_ACTIONS, example: 'enroll' })
  @IsIn(ENROLLMENT_ACTIONS, { message: `must be one of ${ENROLLMENT_ACTIONS.join(', ')}` })
  action: EnrollmentAction

  @ApiPropertyOptional({ example: 'solo_subscription', maxLength: 100 })
  @Optional()
  @Matches(/^[^\u0000\p{Surrogate}]{0,100}$/u, {
    message: 'must be a text of at most 100 characters, without NUL or half of a surrogate pair',
  })
  source_of_enrollment?: string

  @ApiPropertyOptional({ format: 'uuid' })
  @Optional()
  @Uuid()
  org_id?: string

  @ApiPropertyOptional({ format: 'date-time' })
  @Optional()
  @Time()
  due_at?: string

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it was asked for; now unless given. An older request than the last one applied changes nothing',
  })
  @Optional()
  @Time()
  requested_at?: string
}

export class LessonReportDto {
  @ApiProperty({ format: 'uuid' })
  @Uuid()
  lesson_id: string

  @ApiProperty({ minimum: 0, maximum: 100, example: 100 })
  @Percentage()
  progress_percentage: number

  @ApiPropertyOptional({ format: 'date-time', description: 'When it happened; now unless given' })
  @Optional()
  @Time()
  occurred_at?: string
}

/** One report, or up to 100 under `items`. */
export class ProgressReportDto {
  @ApiPropertyOptional({ format: 'uuid' })
  @Optional()
  @Uuid()
  lesson_id?: string

  @ApiPropertyOptional({ minimum: 0, maximum: 100, example: 100 })
  @Optional()
  @Percentage()
  progress_percentage?: number

  @ApiPropertyOptional({ format: 'date-time' })
  @Optional()
  @Time()
  occurred_at?: string

  @ApiPropertyOptional({ type: [LessonReportDto], maxItems: 100 })
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must hold at least one item' })
  @ArrayMaxSize(100, { message: 'must hold at most 100 items' })
  // ValidateNested alone lets lists in the list pass.
  @IsObject({ each: true, message: 'must hold objects' })
  @ValidateNested({ each: true, message: 'must hold objects' })
  @Type(() => LessonReportDto)
  items?: LessonReportDto[]
}

export class QuizAttemptDto {
  @ApiProperty({ format: 'uuid' })
  @Uuid()
  quiz_id: string

  @ApiProperty({ minimum: 0, maximum: 100, example: 85 })
  @Percentage()
  score: number

  @ApiPropertyOptional({ minimum: 1, description: 'The next number unless given' })
  @Optional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(2_147_483_647, { message: 'must be at most 2147483647' })
  attempt_number?: number

  @ApiPropertyOptional({ format: 'date-time' })
  @Optional()
  @Time()
  started_at?: string

  @ApiPropertyOptional({ format: 'date-time', description: 'Now unless given' })
  @Optional()
  @Time()
  completed_at?: string
}

export class ProgressQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Another learner, for administrators' })
  @Optional()
  @Uuid()
  user_id?: string
}

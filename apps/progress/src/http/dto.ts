import { applyDecorators } from '@nestjs/common'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Transform, Type } from 'class-transformer'
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsNumber, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator'
import { ENROLLMENT_ACTIONS, type EnrollmentAction } from '../domain/enrollment'

const RFC3339 = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** A UUID in any case; stored and compared in lower case. */
const Uuid = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsUUID('loose', { message: 'must be a UUID' }),
  )
/** RFC 3339 with a time zone. */
const Time = () => Matches(RFC3339, { message: 'must be an RFC 3339 time, such as 2026-01-02T03:04:05.678Z' })
const Percentage = () =>
  applyDecorators(
    IsNumber({ allowNaN: false, allowInfinity: false }, { message: 'must be a number from 0 to 100' }),
    Min(0, { message: 'must be at least 0' }),
    Max(100, { message: 'must be at most 100' }),
  )

export class EnrollmentRequestDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'The learner; the caller unless given' })
  @IsOptional()
  @Uuid()
  user_id?: string

  @ApiProperty({ format: 'uuid' })
  @Uuid()
  course_version_id: string

  @ApiProperty({ enum: ENROLLMENT_ACTIONS, example: 'enroll' })
  @IsIn(ENROLLMENT_ACTIONS, { message: `must be one of ${ENROLLMENT_ACTIONS.join(', ')}` })
  action: EnrollmentAction

  @ApiPropertyOptional({ example: 'solo_subscription', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(/^[^\u0000]*$/, { message: 'must not contain a NUL character' })
  source_of_enrollment?: string

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @Uuid()
  org_id?: string

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Time()
  due_at?: string

  @ApiPropertyOptional({ format: 'date-time', description: 'When it was asked for; now unless given. An older request than the last one applied changes nothing' })
  @IsOptional()
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
  @IsOptional()
  @Time()
  occurred_at?: string
}

/** One report, or up to 100 under `items`. */
export class ProgressReportDto {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @Uuid()
  lesson_id?: string

  @ApiPropertyOptional({ minimum: 0, maximum: 100, example: 100 })
  @IsOptional()
  @Percentage()
  progress_percentage?: number

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Time()
  occurred_at?: string

  @ApiPropertyOptional({ type: [LessonReportDto], maxItems: 100 })
  @IsOptional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must hold at least one item' })
  @ArrayMaxSize(100, { message: 'must hold at most 100 items' })
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
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(2_147_483_647, { message: 'must be at most 2147483647' })
  attempt_number?: number

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Time()
  started_at?: string

  @ApiPropertyOptional({ format: 'date-time', description: 'Now unless given' })
  @IsOptional()
  @Time()
  completed_at?: string
}

export class ProgressQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Another learner, for administrators' })
  @IsOptional()
  @Uuid()
  user_id?: string
}

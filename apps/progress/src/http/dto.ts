import { applyDecorators } from '@nestjs/common'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Transform, Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsNumber,
  IsObject,
  IsUUID,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator'
import { isRequestTime } from './request-time'
import { isSnapshot, SNAPSHOT_BYTES } from './snapshot'

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
      defaultMessage: () => 'must be an existing RFC 3339 time from 1970 to 9999, such as 2026-01-02T03:04:05.678Z',
    },
  })
/** May be left out; null is no value of any field, so it is refused where it is sent. */
export const Optional = () => ValidateIf((_, value: unknown) => value !== undefined)
const Snapshot = () =>
  ValidateBy({
    name: 'isSnapshot',
    validator: {
      validate: isSnapshot,
      defaultMessage: () => `must be a JSON object of at most ${SNAPSHOT_BYTES} bytes, without NUL or half of a surrogate pair`,
    },
  })
const Percentage = () =>
  applyDecorators(
    IsNumber({ allowNaN: false, allowInfinity: false }, { message: 'must be a number from 0 to 100' }),
    Min(0, { message: 'must be at least 0' }),
    Max(100, { message: 'must be at most 100' }),
  )

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

  @ApiPropertyOptional({ type: Object, description: 'What was answered, at most 64 kB of JSON', example: { question_1: ['b'] } })
  @Optional()
  @Snapshot()
  answers_snapshot?: Record<string, unknown>
}

export class ProgressQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Another learner, for administrators' })
  @Optional()
  @Uuid()
  user_id?: string
}

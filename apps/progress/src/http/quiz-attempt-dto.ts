import { applyDecorators } from '@nestjs/common'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsInt, IsNumber, Max, Min, ValidateBy } from 'class-validator'
import { EXAMPLE, IdBody, NullableTimeBody, Optional, TimeBody, Uuid } from '@laurel/service-shell'
import type { QuizAttempt } from '../persistence/quiz-attempt-store'
import { toTime } from './body-fields'
import { Time } from './fields'
import { isSnapshot, SNAPSHOT_BYTES } from './snapshot'

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

/** What the column holds. */
const LAST_NUMBER = 2_147_483_647

export class QuizAttemptDto {
  @IdBody('quiz')
  @Uuid()
  quiz_id: string

  @ApiProperty({ minimum: 0, maximum: 100, example: 85 })
  @Percentage()
  score: number

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: LAST_NUMBER, description: 'The next number unless given', example: 1 })
  @Optional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(LAST_NUMBER, { message: `must be at most ${LAST_NUMBER}` })
  attempt_number?: number

  @ApiPropertyOptional({ format: 'date-time', example: EXAMPLE.time })
  @Optional()
  @Time()
  started_at?: string

  @ApiPropertyOptional({ format: 'date-time', description: 'Now unless given', example: EXAMPLE.time })
  @Optional()
  @Time()
  completed_at?: string

  @ApiPropertyOptional({ type: Object, description: 'What was answered, at most 64 kB of JSON', example: { question_1: ['b'] } })
  @Optional()
  @Snapshot()
  answers_snapshot?: Record<string, unknown>
}

export class QuizAttemptBody {
  @IdBody('quiz')
  readonly quiz_id: string
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  readonly attempt_number: number
  @ApiProperty({ minimum: 0, maximum: 100, example: 85 })
  readonly score: number
  @ApiProperty({ description: 'Whether the score reaches the threshold of the course version', example: true })
  readonly is_passed: boolean
  @NullableTimeBody('When it was begun, if that was told')
  readonly started_at: string | null
  @TimeBody('When it was handed in')
  readonly completed_at: string
}

export function presentAttempt(attempt: Omit<QuizAttempt, 'userId' | 'courseVersionId' | 'answers'>): QuizAttemptBody {
  return {
    quiz_id: attempt.quizId,
    attempt_number: attempt.attemptNumber,
    score: attempt.score,
    is_passed: attempt.passed,
    started_at: toTime(attempt.startedAt),
    completed_at: attempt.completedAt.toISOString(),
  }
}

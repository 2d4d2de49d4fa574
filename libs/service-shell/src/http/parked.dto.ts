import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsInt, Matches, Max, Min, ValidateIf } from 'class-validator'

const LIMIT = 'must be a whole number from 1 to 200'

export class ParkedQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'How many items a page holds at most' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))
  @IsInt({ message: LIMIT })
  @Min(1, { message: LIMIT })
  @Max(200, { message: LIMIT })
  readonly limit: number = 50

  @ApiPropertyOptional({ description: 'next_cursor of the page before; the first page without it', example: '4711' })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @Matches(/^\d{1,18}$/, { message: 'must be the next_cursor of a page of this list' })
  readonly cursor?: string
}

export class ParkedEventBody {
  @ApiProperty({ description: 'What it waits for', example: 'course-version:22222222-2222-4222-8222-222222222222' })
  readonly waits_for: string
  @ApiProperty({ description: 'Why', example: 'course version 22222222-2222-4222-8222-222222222222 is unknown' })
  readonly reason: string
  @ApiProperty({ example: 'lesson.completed' })
  readonly topic: string
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  readonly partition: number
  @ApiProperty({ description: 'In decimal digits', example: '1042' })
  readonly offset: string
  @ApiProperty({ format: 'date-time', description: 'When Kafka took it', example: '2026-01-05T09:30:00.000Z' })
  readonly received_at: string
  @ApiProperty({ format: 'date-time', description: 'Since when it is parked', example: '2026-01-05T09:30:00.000Z' })
  readonly parked_at: string
  @ApiProperty({ type: 'integer', minimum: 0, description: 'For how long it is parked', example: 90 })
  readonly age_seconds: number
}

export class ParkedBody {
  @ApiProperty({ type: [ParkedEventBody], description: 'The longest parked first; never what they carry' })
  readonly items: readonly ParkedEventBody[]
  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page; null on the last', example: '4711' })
  readonly next_cursor: string | null
}

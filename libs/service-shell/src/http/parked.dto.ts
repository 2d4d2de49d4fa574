import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Matches } from 'class-validator'
import { NextCursorBody } from './bodies'
import { LimitField, Optional } from './fields'

export class ParkedQuery {
  @LimitField()
  readonly limit: number = 50

  @ApiPropertyOptional({ description: 'next_cursor of the page before; the first page without it', example: '4711' })
  @Optional()
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
  @NextCursorBody('4711')
  readonly next_cursor: string | null
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsOptional, IsUUID } from 'class-validator'
import type { ListedRecord, TrainingRecordCounts } from '../persistence/training-record-store'

export class TrainingRecordsQuery {
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Whose records; the caller’s own unless given' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsUUID('loose', { message: 'must be a UUID' })
  readonly user_id?: string
}

export class TrainingRecordBody {
  @ApiProperty({ type: String, format: 'uuid' })
  readonly completion_id: string
  @ApiProperty({ type: String, format: 'uuid' })
  readonly user_id: string
  @ApiProperty({ type: String, format: 'uuid' })
  readonly course_id: string
  @ApiProperty({ type: String, format: 'uuid' })
  readonly course_version_id: string
  @ApiProperty({ type: String, nullable: true, description: 'Null until the course version is known' })
  readonly course_title: string | null
  @ApiProperty({ type: String, nullable: true })
  readonly course_code: string | null
  @ApiProperty({ type: Number, nullable: true })
  readonly credit_hours: number | null
  @ApiProperty({ type: Number, description: 'Recertification cycle, counted from 1' })
  readonly cycle: number
  @ApiProperty({ type: String, format: 'date-time' })
  readonly completed_at: string
  @ApiProperty({ type: Number, nullable: true, description: '0-100' })
  readonly score: number | null
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly org_id: string | null
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When HR took it' })
  readonly pushed_at: string | null
}

export class TrainingRecordsBody {
  @ApiProperty({ type: [TrainingRecordBody], description: 'Latest first' })
  readonly items: TrainingRecordBody[]
}

export class TrainingRecordStatsBody implements TrainingRecordCounts {
  @ApiProperty({ type: Number, description: 'Completions recorded' })
  readonly records: number
  @ApiProperty({ type: Number, description: 'Taken by HR' })
  readonly pushed: number
  @ApiProperty({ type: Number, description: 'Waiting for their course version' })
  readonly waiting: number
}

export function toBody(record: ListedRecord): TrainingRecordBody {
  return {
    completion_id: record.completionId,
    user_id: record.userId,
    course_id: record.courseId,
    course_version_id: record.courseVersionId,
    course_title: record.courseTitle,
    course_code: record.courseCode,
    credit_hours: record.creditHours,
    cycle: record.cycle,
    completed_at: record.completedAt.toISOString(),
    score: record.score,
    org_id: record.orgId,
    pushed_at: record.pushedAt?.toISOString() ?? null,
  }
}

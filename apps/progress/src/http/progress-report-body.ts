import { ApiProperty } from '@nestjs/swagger'
import { type LessonStatus } from '../persistence/lesson-progress-store'
import type { EnrollmentStatus } from '../domain/enrollment'

export class ReportedLessonBody {
  @ApiProperty({ format: 'uuid', example: '33333333-3333-4333-8333-333333333333' })
  readonly lesson_id: string
  @ApiProperty({ enum: ['not_started', 'in_progress', 'completed'], example: 'completed' })
  readonly status: LessonStatus
  @ApiProperty({ minimum: 0, maximum: 100, example: 100, description: 'The highest that was ever reported' })
  readonly progress_percentage: number
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-01-05T09:30:00.000Z' })
  readonly completed_at: string | null
}

/** How the course stands after a report. */
export class ReportedProgressBody {
  @ApiProperty({ format: 'uuid', example: '22222222-2222-4222-8222-222222222222' })
  readonly course_version_id: string
  @ApiProperty({ enum: ['active', 'completed'], example: 'active' })
  readonly status: EnrollmentStatus
  @ApiProperty({ minimum: 1, example: 1, description: 'The open cycle' })
  readonly cycle: number
  @ApiProperty({ minimum: 0, maximum: 100, example: 50, description: 'By the course rule; 100 once completed' })
  readonly percentage: number
  @ApiProperty({ example: 3 })
  readonly completed_lessons: number
  @ApiProperty({ example: 6 })
  readonly total_lessons: number
  @ApiProperty({ type: [ReportedLessonBody], description: 'The reported lessons, in the order of the course' })
  readonly items: readonly ReportedLessonBody[]
}

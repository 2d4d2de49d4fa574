import { ApiProperty } from '@nestjs/swagger'
import { CountBody, IdBody, ListBody, NullableTimeBody } from '@laurel/service-shell'
import type { EnrollmentStatus } from '../domain/enrollment'
import type { LessonStatus } from '../persistence/lesson-progress-store'
import { CycleBody, PercentageBody, StandingBody } from './body-fields'

export class ReportedLessonBody {
  @IdBody('lesson')
  readonly lesson_id: string
  @ApiProperty({ enum: ['not_started', 'in_progress', 'completed'], example: 'completed' })
  readonly status: LessonStatus
  @PercentageBody('The highest that was ever reported')
  readonly progress_percentage: number
  @NullableTimeBody('The earliest time at which it was complete')
  readonly completed_at: string | null
}

/** How the course stands after a report. */
export class ReportedProgressBody {
  @IdBody('version')
  readonly course_version_id: string
  @ApiProperty({ enum: ['active', 'completed'], example: 'active' })
  readonly status: EnrollmentStatus
  @CycleBody()
  readonly cycle: number
  @StandingBody()
  readonly percentage: number
  @CountBody('Lessons done in the open cycle', 3)
  readonly completed_lessons: number
  @CountBody('Lessons of the version, optional ones too', 6)
  readonly total_lessons: number
  @ListBody(ReportedLessonBody, 'The reported lessons, in the order of the course')
  readonly items: readonly ReportedLessonBody[]
}

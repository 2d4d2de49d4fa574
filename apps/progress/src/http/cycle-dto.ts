import { ApiProperty } from '@nestjs/swagger'
import { CountBody, IdBody, ListBody, NullableTextBody, NullableTimeBody, TimeBody } from '@laurel/service-shell'
import type { EnrollmentStatus } from '../domain/enrollment'
import { PercentageBody, StatusBody } from './body-fields'

export class CycleItemBody {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  readonly cycle: number
  @StatusBody()
  readonly status: EnrollmentStatus
  @NullableTextBody('Why the status is what it is', 'The certificate is valid for one year.')
  readonly status_reason: string | null
  @TimeBody('1970-01-01T00:00:00.000Z for the first cycle, so that what was done before the enrollment counts')
  readonly cycle_started_at: string
  @NullableTimeBody('When the next cycle began; null for the open one')
  readonly closed_at: string | null
  @TimeBody('When the learner was first enrolled')
  readonly enrolled_at: string
  @NullableTimeBody('Null unless completed')
  readonly completed_at: string | null
  @PercentageBody('By the course rule; 100 when completed. Of a closed cycle: when it was closed')
  readonly percentage: number
  @CountBody('Lessons completed. Of a closed cycle: when it was closed', 3)
  readonly completed_lessons: number
  @CountBody('Lessons of the course version', 6)
  readonly total_lessons: number
}

export class CyclesBody {
  @IdBody('user')
  readonly user_id: string
  @IdBody('version')
  readonly course_version_id: string
  @ListBody(CycleItemBody, 'Every cycle; the open one first, then the latest closed')
  readonly items: readonly CycleItemBody[]
}

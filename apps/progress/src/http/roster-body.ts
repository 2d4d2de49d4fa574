import {
  CountBody,
  IdBody,
  ListBody,
  NextCursorBody,
  NullableIdBody,
  NullableTextBody,
  NullableTimeBody,
  TimeBody,
} from '@laurel/service-shell'
import type { EnrollmentStatus } from '../domain/enrollment'
import type { RosterEntry } from '../use-cases/list-roster'
import { CycleBody, StandingBody, StatusBody, toTime } from './body-fields'

export class RosterEntryBody {
  @IdBody('user')
  readonly user_id: string
  @IdBody('version')
  readonly course_version_id: string
  @NullableIdBody('org', 'The organisation that the learner is enrolled by')
  readonly org_id: string | null
  @StatusBody()
  readonly status: EnrollmentStatus
  @NullableTextBody('Why the status is what it is, if that was told', 'Left the company')
  readonly status_reason: string | null
  @NullableTextBody('How the learner came to be enrolled', 'company_assignment')
  readonly source_of_enrollment: string | null
  @CycleBody()
  readonly cycle: number
  @StandingBody()
  readonly percentage: number
  @CountBody('Completed lessons of the open cycle', 3)
  readonly completed_lessons: number
  @CountBody('All lessons of the course version', 6)
  readonly total_lessons: number
  @TimeBody('When the learner enrolled')
  readonly enrolled_at: string
  @NullableTimeBody('When the course was completed')
  readonly completed_at: string | null
  @NullableTimeBody('When it is to be completed')
  readonly due_at: string | null
}

/** One page of those enrolled in a course. */
export class RosterBody {
  @ListBody(RosterEntryBody, 'By course version and learner')
  readonly items: readonly RosterEntryBody[]
  @NextCursorBody()
  readonly next_cursor: string | null
}

export function toRosterEntry({ enrollment, ...entry }: RosterEntry): RosterEntryBody {
  return {
    user_id: enrollment.userId,
    course_version_id: enrollment.courseVersionId,
    org_id: enrollment.orgId,
    status: enrollment.status,
    status_reason: enrollment.statusReason,
    source_of_enrollment: enrollment.sourceOfEnrollment,
    cycle: enrollment.cycle,
    percentage: entry.percentage,
    completed_lessons: entry.completedLessons,
    total_lessons: entry.totalLessons,
    enrolled_at: enrollment.enrolledAt.toISOString(),
    completed_at: toTime(enrollment.completedAt),
    due_at: toTime(enrollment.dueAt),
  }
}

import {
  CountBody,
  IdBody,
  ListBody,
  NextCursorBody,
  NullableIdBody,
  NullableNumberBody,
  NullableTextBody,
  NullableTimeBody,
  TimeBody,
} from '@laurel/service-shell'
import type { EnrollmentStatus } from '../domain/enrollment'
import type { ListedCourse } from '../use-cases/list-my-courses'
import { CycleBody, StandingBody, StatusBody, toTime } from './body-fields'

export class MyCourseBody {
  @IdBody('version')
  readonly course_version_id: string
  @NullableIdBody('course', 'Null, as are title and total_lessons, until the course version is published')
  readonly course_id: string | null
  @NullableTextBody('Name of the course', 'Handling food safely')
  readonly title: string | null
  @NullableIdBody('org', 'The organisation that the learner is enrolled by')
  readonly org_id: string | null
  @StatusBody()
  readonly status: EnrollmentStatus
  @CycleBody()
  readonly cycle: number
  @StandingBody()
  readonly percentage: number
  @CountBody('Completed lessons of the open cycle', 3)
  readonly completed_lessons: number
  @NullableNumberBody('All lessons of the course version', 6)
  readonly total_lessons: number | null
  @TimeBody('When the learner enrolled')
  readonly enrolled_at: string
  @NullableTimeBody('When the course was completed')
  readonly completed_at: string | null
  @NullableTimeBody('When it is to be completed')
  readonly due_at: string | null
  @NullableTimeBody('When a lesson was accessed last in the open cycle')
  readonly last_accessed_at: string | null
  @NullableIdBody('lesson', 'The lesson to go on with; null when none is left')
  readonly resume_lesson_id: string | null
}

/** One page of a learner's courses. */
export class MyCoursesBody {
  @ListBody(MyCourseBody, 'Latest enrolled first')
  readonly items: readonly MyCourseBody[]
  @NextCursorBody()
  readonly next_cursor: string | null
}

export function toMyCourse({ enrollment, version, ...course }: ListedCourse): MyCourseBody {
  return {
    course_version_id: enrollment.courseVersionId,
    course_id: version?.courseId ?? null,
    title: version?.title ?? null,
    org_id: enrollment.orgId,
    status: enrollment.status,
    cycle: enrollment.cycle,
    percentage: course.percentage,
    completed_lessons: course.completedLessons,
    total_lessons: version?.lessons.length ?? null,
    enrolled_at: enrollment.enrolledAt.toISOString(),
    completed_at: toTime(enrollment.completedAt),
    due_at: toTime(enrollment.dueAt),
    last_accessed_at: toTime(course.lastAccessedAt),
    resume_lesson_id: course.resume?.id ?? null,
  }
}

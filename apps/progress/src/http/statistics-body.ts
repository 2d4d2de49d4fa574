import { CountBody, IdBody, ListBody, NullableNumberBody, TextBody } from '@laurel/service-shell'
import type { CourseStatistics, LessonStatistics } from '../use-cases/read-statistics'

export class LessonStatisticsBody {
  @IdBody('lesson')
  readonly lesson_id: string
  @TextBody('Name of the lesson', 'Washing hands')
  readonly title: string
  @CountBody('Learners who did anything of it', 40)
  readonly started: number
  @CountBody('Learners who completed it', 30)
  readonly completed: number
  @NullableNumberBody('Share of those who started and did not complete it, 0-1; null when nobody started', 0.25, 1)
  readonly drop_off: number | null
  @CountBody('Learners without the course completed whose last accessed lesson it is', 7)
  readonly stopped_here: number
}

/** How the learners of one course version fare. */
export class CourseStatisticsBody {
  @IdBody('version')
  readonly course_version_id: string
  @IdBody('course')
  readonly course_id: string
  @TextBody('Name of the course', 'Handling food safely')
  readonly title: string
  @CountBody('All enrollments, whatever became of them', 50)
  readonly enrolled: number
  @CountBody('Those under way', 24)
  readonly active: number
  @CountBody('Those completed', 20)
  readonly completed: number
  @CountBody('Those cancelled by the learner', 4)
  readonly cancelled: number
  @CountBody('Those revoked by an administrator', 2)
  readonly revoked: number
  @NullableNumberBody('Share of the enrollments that are completed, 0-1; null without enrollments', 0.4, 1)
  readonly completion_rate: number | null
  @NullableNumberBody('Days from enrolling (or from the begin of a later cycle) to completing, the median; null when none is', 12.5)
  readonly median_days_to_complete: number | null
  @NullableNumberBody('Mean of the percentages, 100 for a completed one; null without enrollments', 63.2, 100)
  readonly average_percentage: number | null
  @ListBody(LessonStatisticsBody, 'Every lesson, in the order of the course')
  readonly lessons: readonly LessonStatisticsBody[]
}

export function toStatisticsBody({ version, counts, completionRate, lessons }: CourseStatistics): CourseStatisticsBody {
  return {
    course_version_id: version.courseVersionId,
    course_id: version.courseId,
    title: version.title,
    enrolled: counts.enrolled,
    active: counts.active,
    completed: counts.completed,
    cancelled: counts.cancelled,
    revoked: counts.revoked,
    completion_rate: completionRate,
    median_days_to_complete: counts.medianDaysToComplete,
    average_percentage: counts.averagePercentage,
    lessons: lessons.map(toLesson),
  }
}

function toLesson({ lesson, started, completed, dropOff, stoppedHere }: LessonStatistics): LessonStatisticsBody {
  return { lesson_id: lesson.id, title: lesson.title, started, completed, drop_off: dropOff, stopped_here: stoppedHere }
}

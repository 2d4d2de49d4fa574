import { Controller, Patch, Req } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CourseVersionStore, type CourseVersion } from '@laurel/course-versions'
import { ApiProblems, callerOf, Problem, UuidPipe, type Caller, type CallerRequest } from '@laurel/service-shell'
import { shownPercentage } from '../domain/shown-percentage'
import { CallerDatabase } from '../persistence/caller-database'
import type { ReportAnswer, ReportedLesson } from '../use-cases/report-lessons'
import { closedEnrollment, notEnrolled, requireEnrolledCourse } from './enrolled-course'
import { LessonReportQueue } from './lesson-report-queue'
import { CourseParam } from './path-fields'
import { ApiProgressReport, PROGRESS_REPORT, type LessonReport, type ProgressReport } from './progress-report'
import { ReportedProgressBody } from './progress-report-body'
import { requestTime } from './request-time'

/** What the handler reads of the request; the caller is the AuthGuard's. */
interface ReportRequest extends CallerRequest {
  readonly params: { readonly id: string }
  readonly body: unknown
}

const UUID = new UuidPipe()

@ApiTags('progress')
@Controller('api/v1/courses/:id/progress')
export class CourseProgressController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
    private readonly queue: LessonReportQueue,
  ) {}

  /** Takes the request as it is: for each parameter of its own Nest awaits every pipe, which costs more than all that is done here. */
  @Patch()
  @ApiOperation({ summary: 'Records what the caller did in one or more lessons' })
  @CourseParam()
  @ApiProgressReport()
  @ApiOkResponse({ type: ReportedProgressBody })
  @ApiProblems(404, 409, 422)
  async report(@Req() request: ReportRequest): Promise<ReportedProgressBody> {
    const now = new Date()
    const id = UUID.transform(request.params.id, { type: 'param', data: 'id' })
    const caller = callerOf(request)
    const { reports, pathOf } = reportsOf(PROGRESS_REPORT.transform(request.body))
    const version = this.versions.known(id.toLowerCase()) ?? (await this.versionOf(id, caller))
    const answer = await this.queue.submit({
      userId: caller.userId,
      version,
      lessons: reports.map((report) => ({
        lessonId: report.lesson_id.toLowerCase(),
        percentage: report.progress_percentage,
        at: requestTime(report.occurred_at, now),
      })),
    })
    return present(answer, version, id, pathOf)
  }

  /** A version that this process has not met yet, or the version of a course that the caller is active in. */
  private versionOf(id: string, caller: Caller): Promise<CourseVersion> {
    return this.callers.run(caller, async (tx) => (await requireEnrolledCourse(tx, this.versions, id, caller.userId)).version)
  }
}

function reportsOf(body: ProgressReport): { reports: readonly LessonReport[]; pathOf: (index: number) => string } {
  const { items, lesson_id, progress_percentage, occurred_at } = body
  if (items !== undefined) {
    if (lesson_id !== undefined || progress_percentage !== undefined || occurred_at !== undefined) {
      throw Problem.badRequest('give either items or a single lesson_id and progress_percentage', 'items')
    }
    return { reports: items, pathOf: (index) => `items[${index}].lesson_id` }
  }
  if (lesson_id === undefined) throw Problem.badRequest('is missing: give lesson_id and progress_percentage, or items', 'lesson_id')
  if (progress_percentage === undefined) throw Problem.badRequest('is missing: give a number from 0 to 100', 'progress_percentage')
  return {
    reports: [{ lesson_id, progress_percentage, ...(occurred_at === undefined ? {} : { occurred_at }) }],
    pathOf: () => 'lesson_id',
  }
}

function present(answer: ReportAnswer, version: CourseVersion, id: string, pathOf: (index: number) => string): ReportedProgressBody {
  switch (answer.kind) {
    case 'recorded': {
      const { standing } = answer
      return {
        course_version_id: version.courseVersionId,
        status: standing.status,
        cycle: standing.cycle,
        percentage: shownPercentage(standing),
        completed_lessons: answer.completedLessons,
        total_lessons: answer.totalLessons,
        items: answer.lessons.map(presentLesson),
      }
    }
    case 'not-enrolled':
      throw notEnrolled(id)
    case 'closed':
      throw closedEnrollment(answer.status)
    case 'misfit':
      throw Problem.unprocessable(answer.reason, pathOf(answer.index))
    default:
      return answer satisfies never
  }
}

function presentLesson(lesson: ReportedLesson) {
  return {
    lesson_id: lesson.lessonId,
    status: lesson.status,
    progress_percentage: lesson.percentage,
    completed_at: lesson.completedAt?.toISOString() ?? null,
  }
}

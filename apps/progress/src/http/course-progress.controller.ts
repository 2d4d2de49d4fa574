import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common'
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger'
import type { Rule } from '@laurel/course-rule'
import { CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction, transaction } from '@laurel/postgres'
import { CurrentCaller, Problem, UuidPipe, type Caller } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { misfit } from '../domain/fits'
import { lessonMark } from '../domain/lesson-mark'
import { readCourseProgress, type CourseProgress } from '../use-cases/read-course-progress'
import { recordReportedLessons } from '../use-cases/record-lessons'
import { LessonReportDto, ProgressQueryDto, ProgressReportDto } from './dto'
import { learnerOf, requireEnrolledCourse, requireOpen } from './enrolled-course'
import { requestTime } from './request-time'

@ApiTags('progress')
@ApiBearerAuth()
@Controller('api/v1/courses/:id/progress')
export class CourseProgressController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: CourseVersionStore,
  ) {}

  /** Records what the caller did in one or more lessons. The id is a course version's or a course's. */
  @Patch()
  async report(@Param('id', UuidPipe) id: string, @Body() body: ProgressReportDto, @CurrentCaller() caller: Caller) {
    const now = new Date()
    const { reports, pathOf } = reportsOf(body)
    const progress = await retryingTransaction(this.dataSource, async (tx) => {
      const course = await requireEnrolledCourse(tx, this.versions, id, caller.userId)
      requireOpen(course)
      const { enrollment, version } = course
      reports.forEach((report, index) => requireLesson(version.rule, report.lesson_id, pathOf(index, 'lesson_id')))
      const marks = reports.map((report) => {
        const key = { userId: caller.userId, courseVersionId: version.courseVersionId, lessonId: report.lesson_id }
        const at = requestTime(report.occurred_at, now)
        return { mark: lessonMark(key, report.progress_percentage, at), cycle: enrollment.cycle }
      })
      await recordReportedLessons(tx, marks)
      return readCourseProgress(tx, enrollment, version.rule)
    })
    const reported = new Set(reports.map((report) => report.lesson_id))
    return present(progress, (lessonId) => reported.has(lessonId))
  }

  /** The learner's progress with every lesson that has a record, and every quiz attempt. */
  @Get()
  async read(@Param('id', UuidPipe) id: string, @Query() { user_id }: ProgressQueryDto, @CurrentCaller() caller: Caller) {
    const userId = learnerOf(caller, user_id)
    const progress = await transaction(this.dataSource, async (tx) => {
      const { enrollment, version } = await requireEnrolledCourse(tx, this.versions, id, userId)
      return readCourseProgress(tx, enrollment, version.rule)
    })
    return { ...present(progress, () => true), quiz_attempts: progress.attempts.map(presentAttempt) }
  }
}

function reportsOf(body: ProgressReportDto): { reports: readonly LessonReportDto[]; pathOf: (index: number, field: string) => string } {
  const { items, lesson_id, progress_percentage, occurred_at } = body
  if (items !== undefined) {
    if (lesson_id !== undefined || progress_percentage !== undefined || occurred_at !== undefined) {
      throw Problem.badRequest('give either items or a single lesson_id and progress_percentage', 'items')
    }
    return { reports: items, pathOf: (index, field) => `items[${index}].${field}` }
  }
  if (lesson_id === undefined) throw Problem.badRequest('is missing: give lesson_id and progress_percentage, or items', 'lesson_id')
  if (progress_percentage === undefined) throw Problem.badRequest('is missing: give a number from 0 to 100', 'progress_percentage')
  return {
    reports: [{ lesson_id, progress_percentage, ...(occurred_at === undefined ? {} : { occurred_at }) }],
    pathOf: (_, field) => field,
  }
}

function requireLesson(rule: Rule, lessonId: string, field: string): void {
  const reason = misfit(rule, 'lesson_id', lessonId)
  if (reason !== null) throw Problem.unprocessable(reason, field)
}

function present(progress: CourseProgress, isShown: (lessonId: string) => boolean) {
  return {
    course_version_id: progress.enrollment.courseVersionId,
    status: progress.enrollment.status,
    cycle: progress.enrollment.cycle,
    percentage: progress.percentage,
    completed_lessons: progress.completedLessons,
    total_lessons: progress.totalLessons,
    items: progress.lessons
      .filter((lesson) => isShown(lesson.lessonId))
      .map((lesson) => ({
        lesson_id: lesson.lessonId,
        status: lesson.status,
        progress_percentage: lesson.percentage,
        completed_at: lesson.completedAt?.toISOString() ?? null,
      })),
  }
}

function presentAttempt(attempt: CourseProgress['attempts'][number]) {
  return {
    quiz_id: attempt.quizId,
    attempt_number: attempt.attemptNumber,
    score: attempt.score,
    is_passed: attempt.passed,
    started_at: attempt.startedAt?.toISOString() ?? null,
    completed_at: attempt.completedAt.toISOString(),
  }
}

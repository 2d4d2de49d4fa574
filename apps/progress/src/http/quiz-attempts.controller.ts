import { Body, Controller, Param, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger'
import { CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction } from '@laurel/postgres'
import { CurrentCaller, Problem, UuidPipe, type Caller } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { misfit } from '../domain/fits'
import { isPassed, recordReportedAttempt, type ReportOutcome } from '../use-cases/record-quiz-attempts'
import { QuizAttemptDto } from './dto'
import { requireEnrolledCourse, requireOpen } from './enrolled-course'
import { requestTime } from './request-time'

@ApiTags('quiz attempts')
@ApiBearerAuth()
@Controller('api/v1/courses/:id/quiz-attempts')
export class QuizAttemptsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: CourseVersionStore,
  ) {}

  /** Records a finished attempt of the caller; whether it passed is computed from the course version's threshold. */
  @Post()
  async record(@Param('id', UuidPipe) id: string, @Body() body: QuizAttemptDto, @CurrentCaller() caller: Caller) {
    const now = new Date()
    const outcome = await retryingTransaction(this.dataSource, async (tx) => {
      const course = await requireEnrolledCourse(tx, this.versions, id, caller.userId)
      requireOpen(course)
      const { enrollment, version } = course
      const reason = misfit(version.rule, 'quiz_id', body.quiz_id)
      if (reason !== null) throw Problem.unprocessable(reason, 'quiz_id')
      const completedAt = requestTime(body.completed_at, now)
      const reported = {
        userId: caller.userId,
        courseVersionId: version.courseVersionId,
        quizId: body.quiz_id,
        attemptNumber: body.attempt_number ?? null,
        score: body.score,
        passed: isPassed(version.rule, body.quiz_id, body.score),
        startedAt: body.started_at === undefined ? null : requestTime(body.started_at, now),
        completedAt: completedAt < now ? completedAt : null,
        reportedAt: now,
      }
      return recordReportedAttempt(tx, reported, enrollment.cycle)
    })
    return present(outcome)
  }
}

function present(outcome: ReportOutcome) {
  switch (outcome.kind) {
    case 'recorded':
      return {
        quiz_id: outcome.attempt.quizId,
        attempt_number: outcome.attempt.attemptNumber,
        score: outcome.attempt.score,
        is_passed: outcome.attempt.passed,
        completed_at: outcome.attempt.completedAt.toISOString(),
      }
    case 'number-taken':
      throw Problem.conflict(`attempt_number ${outcome.attemptNumber} of this quiz is recorded already, with another score or time`)
    case 'no-number-left':
      throw Problem.conflict('the last attempt_number of this quiz is taken: name one that is free')
    default:
      return outcome satisfies never
  }
}

import { Body, Controller, Param, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger'
import { CourseVersionStore } from '@laurel/course-versions'
import { CurrentCaller, Problem, UuidPipe, type Caller } from '@laurel/service-shell'
import { misfit } from '../domain/fits'
import { CallerDatabase } from '../persistence/caller-database'
import { enrollmentKey } from '../persistence/enrollment-store'
import { lockStandings } from '../persistence/standing-store'
import { isPassed, recordReportedAttempt, type ReportOutcome } from '../use-cases/record-quiz-attempts'
import { QuizAttemptDto } from './dto'
import { requireEnrolledCourse, requireOpen } from './enrolled-course'
import { requestTime } from './request-time'

@ApiTags('quiz attempts')
@ApiBearerAuth()
@Controller('api/v1/courses/:id/quiz-attempts')
export class QuizAttemptsController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  /** Records a finished attempt of the caller; whether it passed is computed from the course version's threshold. */
  @Post()
  async record(@Param('id', UuidPipe) id: string, @Body() body: QuizAttemptDto, @CurrentCaller() caller: Caller) {
    const now = new Date()
    const outcome = await this.callers.run(caller, async (tx) => {
      const { version } = await requireEnrolledCourse(tx, this.versions, id, caller.userId)
      const { courseVersionId, rule } = version
      const key = { userId: caller.userId, courseVersionId }
      const standing = (await lockStandings(tx, [key])).get(enrollmentKey(key))!
      requireOpen(standing)
      const reason = misfit(rule, 'quiz_id', body.quiz_id)
      if (reason !== null) throw Problem.unprocessable(reason, 'quiz_id')
      const completedAt = requestTime(body.completed_at, now)
      const reported = {
        ...key,
        quizId: body.quiz_id,
        attemptNumber: body.attempt_number ?? null,
        score: body.score,
        passed: isPassed(rule, body.quiz_id, body.score),
        startedAt: body.started_at === undefined ? null : requestTime(body.started_at, now),
        completedAt: completedAt < now ? completedAt : null,
        reportedAt: now,
        answers: body.answers_snapshot ?? null,
      }
      return recordReportedAttempt(tx, reported, { standing, rule })
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
    case 'number-needed':
      throw Problem.unprocessable(
        `the attempt was finished before the open cycle began (${outcome.cycleStartedAt.toISOString()}): give its attempt_number`,
        'attempt_number',
      )
    case 'no-number-left':
      throw Problem.conflict('the last attempt_number of this quiz is taken: name one that is free')
    default:
      return outcome satisfies never
  }
}

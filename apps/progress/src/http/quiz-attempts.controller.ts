import { Body, Controller, Param, Post } from '@nestjs/common'
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CourseVersionStore } from '@laurel/course-versions'
import type { Tx } from '@laurel/postgres'
import { ApiProblems, CurrentCaller, Problem, UuidPipe, type Caller } from '@laurel/service-shell'
import { misfit } from '../domain/fits'
import { CallerDatabase } from '../persistence/caller-database'
import { enrollmentKey } from '../persistence/enrollment-store'
import { lockStandings } from '../persistence/standing-store'
import { answerOnce, type OnceRequest } from '../use-cases/answer-once'
import { isPassed, recordReportedAttempt, type ReportOutcome } from '../use-cases/record-quiz-attempts'
import { requireEnrolledCourse, requireOpen } from './enrolled-course'
import { AnsweredOnce, Once } from './idempotency-key'
import { CourseParam } from './path-fields'
import { presentAttempt, QuizAttemptBody, QuizAttemptDto } from './quiz-attempt-dto'
import { requestTime } from './request-time'

@ApiTags('quiz attempts')
@Controller('api/v1/courses/:id/quiz-attempts')
export class QuizAttemptsController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Records a finished attempt of the caller',
    description: 'Whether it passed is computed from the threshold of the course version.',
  })
  @CourseParam()
  @AnsweredOnce()
  @ApiCreatedResponse({ type: QuizAttemptBody })
  @ApiProblems(404, 409, 422)
  record(
    @Param('id', UuidPipe) id: string,
    @Body() body: QuizAttemptDto,
    @CurrentCaller() caller: Caller,
    @Once() once: OnceRequest,
  ): Promise<QuizAttemptBody> {
    const now = new Date()
    return this.callers.run(caller, (tx) => answerOnce(tx, once, async () => present(await this.apply(tx, id, caller.userId, body, now))))
  }

  private async apply(tx: Tx, id: string, userId: string, body: QuizAttemptDto, now: Date): Promise<ReportOutcome> {
    const { version } = await requireEnrolledCourse(tx, this.versions, id, userId)
    const { courseVersionId, rule } = version
    const key = { userId, courseVersionId }
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
  }
}

function present(outcome: ReportOutcome): QuizAttemptBody {
  switch (outcome.kind) {
    case 'recorded':
      return presentAttempt(outcome.attempt)
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

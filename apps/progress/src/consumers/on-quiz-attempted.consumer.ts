import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { QuizAttemptedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { eventTime, reject, type Batch, type BatchContext, type Disposition } from '@laurel/messaging'
import { misfit } from '../domain/fits'
import { isPassed, recordNumberedAttempts } from '../use-cases/record-quiz-attempts'
import { sortOut } from '../use-cases/sort-out'

/** Attempts that the Assessment service announced; whether they passed is computed here. */
@Controller()
export class OnQuizAttempted {
  constructor(private readonly versions: CourseVersionStore) {}

  @EventPattern<string>(QuizAttemptedV1.topic)
  async apply(@Payload() batch: Batch<QuizAttemptedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    const { placed, dispositions } = await sortOut(tx, this.versions, batch, ({ data }, rule) => misfit(rule, 'quiz_id', data.quiz_id))
    const attempts = placed.map(({ event, rule, standing }) => {
      const { data } = event
      const attempt = {
        userId: data.user_id,
        courseVersionId: data.course_version_id,
        quizId: data.quiz_id,
        attemptNumber: data.attempt_number,
        score: data.score,
        passed: isPassed(rule, data.quiz_id, data.score),
        startedAt: data.started_at === undefined ? null : new Date(data.started_at),
        completedAt: eventTime(event, data.completed_at),
        answers: null,
      }
      return { attempt, rule, standing }
    })
    const { contradicting } = await recordNumberedAttempts(tx, attempts, { announce: false })
    const rejected = placed
      .filter((_, index) => contradicting.has(attempts[index]!.attempt))
      .map(({ event }) => reject(event, `attempt_number ${event.data.attempt_number} of this quiz is recorded already, with another score`))
    return [...dispositions, ...rejected]
  }
}

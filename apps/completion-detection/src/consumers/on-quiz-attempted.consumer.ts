import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { QuizAttemptedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { eventTime, type Batch, type BatchContext, type Disposition } from '@laurel/messaging'
import { quizAttempted } from '../domain/observation'
import { foldEvidence } from '../use-cases/fold-evidence'

@Controller()
export class OnQuizAttempted {
  constructor(private readonly versions: CourseVersionStore) {}

  @EventPattern<string>(QuizAttemptedV1.topic)
  apply(@Payload() batch: Batch<QuizAttemptedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    return foldEvidence(
      tx,
      this.versions,
      batch,
      (event, rule, origin) => quizAttempted(rule, event.data, eventTime(event, event.data.completed_at), origin),
      new Date(),
    )
  }
}

import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { LessonCompletedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { eventTime, type Batch, type BatchContext, type Disposition } from '@laurel/messaging'
import { lessonDone } from '../domain/observation'
import { foldEvidence } from '../use-cases/fold-evidence'

@Controller()
export class OnLessonCompleted {
  constructor(private readonly versions: CourseVersionStore) {}

  @EventPattern<string>(LessonCompletedV1.topic)
  apply(@Payload() batch: Batch<LessonCompletedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    return foldEvidence(
      tx,
      this.versions,
      batch,
      (event, rule, origin) => lessonDone(rule, event.data.lesson_id, eventTime(event, event.data.completed_at), origin),
      new Date(),
    )
  }
}

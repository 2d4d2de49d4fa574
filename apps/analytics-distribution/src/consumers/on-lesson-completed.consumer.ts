import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { LessonCompletedV1 } from '@laurel/contracts'
import { eventTime, type Batch, type BatchContext } from '@laurel/messaging'
import { Identifiers } from '../domain/identifiers'
import { lessonStatement } from '../domain/statement'
import { storeStatements } from '../persistence/statement-store'

@Controller()
export class OnLessonCompleted {
  constructor(private readonly names: Identifiers) {}

  @EventPattern<string>(LessonCompletedV1.topic)
  apply(@Payload() batch: Batch<LessonCompletedV1>, @Ctx() { tx }: BatchContext): Promise<void> {
    const statements = batch.map((event) => lessonStatement(event.data, eventTime(event, event.data.completed_at), this.names))
    return storeStatements(tx, 'lesson.completed', statements)
  }
}

import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { CourseCompletedV1 } from '@laurel/contracts'
import { eventTime, type Batch, type BatchContext } from '@laurel/messaging'
import { Identifiers } from '../domain/identifiers'
import { courseStatement } from '../domain/statement'
import { storeStatements } from '../persistence/statement-store'

@Controller()
export class OnCourseCompleted {
  constructor(private readonly names: Identifiers) {}

  @EventPattern<string>(CourseCompletedV1.topic)
  apply(@Payload() batch: Batch<CourseCompletedV1>, @Ctx() { tx }: BatchContext): Promise<void> {
    const statements = batch.map((event) => courseStatement(event.data, eventTime(event, event.data.completed_at), this.names))
    return storeStatements(tx, 'course.completed', statements)
  }
}

import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { CourseCompletedV1 } from '@laurel/contracts'
import type { Batch, BatchContext, Disposition } from '@laurel/messaging'
import { withCompletion } from '../domain/enrollment'
import { settleCompletions } from '../use-cases/settle-completions'

@Controller()
export class OnCourseCompleted {
  @EventPattern<string>(CourseCompletedV1.topic)
  apply(@Payload() batch: Batch<CourseCompletedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    return settleCompletions(tx, batch, (enrollment, { data }) =>
      withCompletion(enrollment, { completionId: data.completion_id, cycle: data.cycle, completedAt: new Date(data.completed_at) }),
    )
  }
}

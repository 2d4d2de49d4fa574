import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { CourseCompletionRevokedV1 } from '@laurel/contracts'
import type { Batch, BatchContext, Disposition } from '@laurel/messaging'
import { withRevocation } from '../domain/enrollment'
import { settleCompletions } from '../use-cases/settle-completions'

@Controller()
export class OnCourseCompletionRevoked {
  @EventPattern<string>(CourseCompletionRevokedV1.topic)
  apply(@Payload() batch: Batch<CourseCompletionRevokedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    return settleCompletions(tx, batch, (enrollment, { data }) =>
      withRevocation(enrollment, { completionId: data.completion_id, cycle: data.cycle, reason: data.reason }),
    )
  }
}

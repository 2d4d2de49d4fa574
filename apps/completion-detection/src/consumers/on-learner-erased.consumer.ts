import { Controller, Logger } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { LearnerErasedV1 } from '@laurel/contracts'
import type { Batch, BatchContext } from '@laurel/messaging'
import { eraseLearners } from '../persistence/erase-learners'

@Controller()
export class OnLearnerErased {
  private readonly logger = new Logger(OnLearnerErased.name)

  @EventPattern<string>(LearnerErasedV1.topic)
  async apply(@Payload() batch: Batch<LearnerErasedV1>, @Ctx() { tx }: BatchContext): Promise<void> {
    this.logger.log('learners erased', await eraseLearners(tx, new Set(batch.map(({ data }) => data.user_id))))
  }
}

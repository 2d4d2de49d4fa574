import { LearnerErasedV1 } from '@laurel/contracts'
import { eventTime, type Batch, type BatchContext, type Disposition } from '@laurel/messaging'
import { Controller, Logger } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { eraseLearner } from '../use-cases/erase-learner'

@Controller()
export class OnLearnerErased {
  private readonly logger = new Logger(OnLearnerErased.name)

  @EventPattern<string>(LearnerErasedV1.topic)
  async apply(@Payload() batch: Batch<LearnerErasedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    for (const event of batch) {
      const erased = await eraseLearner(tx, event.data.user_id, eventTime(event, event.data.erased_at))
      this.logger.log('learner erased', erased)
    }
    return []
  }
}

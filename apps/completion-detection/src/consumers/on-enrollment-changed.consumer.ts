import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { EnrollmentChangedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import type { Batch, BatchContext } from '@laurel/messaging'
import { followEnrollment } from '../use-cases/follow-enrollment'

@Controller()
export class OnEnrollmentChanged {
  constructor(private readonly versions: CourseVersionStore) {}

  @EventPattern<string>(EnrollmentChangedV1.topic)
  apply(@Payload() batch: Batch<EnrollmentChangedV1>, @Ctx() { tx }: BatchContext): Promise<void> {
    return followEnrollment(tx, this.versions, batch, new Date())
  }
}

import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { EnrollmentChangedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { JobQueue } from '@laurel/jobs'
import type { Batch, BatchContext, Disposition } from '@laurel/messaging'
import { followEnrollment } from '../use-cases/follow-enrollment'
import { followLearners } from '../use-cases/follow-learners'

@Controller()
export class OnEnrollmentChanged {
  constructor(
    private readonly versions: CourseVersionStore,
    private readonly jobs: JobQueue,
  ) {}

  @EventPattern<string>(EnrollmentChangedV1.topic)
  async apply(@Payload() batch: Batch<EnrollmentChangedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    await followEnrollment(tx, this.versions, batch, new Date())
    return followLearners(tx, this.jobs, this.versions, batch)
  }
}

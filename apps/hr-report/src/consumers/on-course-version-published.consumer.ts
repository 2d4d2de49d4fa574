import { CourseVersionPublishedV1 } from '@laurel/contracts'
import { JobQueue } from '@laurel/jobs'
import type { Batch, BatchContext } from '@laurel/messaging'
import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { adoptPublished } from '../use-cases/adopt-course-versions'

@Controller()
export class OnCourseVersionPublished {
  constructor(private readonly jobs: JobQueue) {}

  @EventPattern<string>(CourseVersionPublishedV1.topic)
  apply(@Payload() batch: Batch<CourseVersionPublishedV1>, @Ctx() { tx }: BatchContext): Promise<void> {
    return adoptPublished(tx, this.jobs, batch)
  }
}

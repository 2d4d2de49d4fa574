import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { CourseVersionPublishedV1 } from '@laurel/contracts'
import { adoptCourseVersion, CourseVersionStore } from '@laurel/course-versions'
import type { Batch, BatchContext, Disposition } from '@laurel/messaging'

@Controller()
export class OnCourseVersionPublished {
  constructor(private readonly versions: CourseVersionStore) {}

  @EventPattern<string>(CourseVersionPublishedV1.topic)
  apply(@Payload() batch: Batch<CourseVersionPublishedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    return adoptCourseVersion(tx, this.versions, batch)
  }
}

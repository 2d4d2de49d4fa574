import { CourseCompletedV1 } from '@laurel/contracts'
import { JobQueue } from '@laurel/jobs'
import type { Batch, BatchContext, Disposition } from '@laurel/messaging'
import { Controller, Inject } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { recordCompletions } from '../use-cases/record-completions'

/** Injection token: whether completions are to earn credentials (ENABLE_CREDENTIALS). */
export const CREDENTIALS_WANTED = Symbol('credentials wanted')

@Controller()
export class OnCourseCompleted {
  constructor(
    private readonly jobs: JobQueue,
    @Inject(CREDENTIALS_WANTED) private readonly wanted: boolean,
  ) {}

  @EventPattern<string>(CourseCompletedV1.topic)
  apply(@Payload() batch: Batch<CourseCompletedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    return recordCompletions(tx, this.jobs, batch, this.wanted)
  }
}

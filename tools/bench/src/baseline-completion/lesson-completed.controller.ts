import { Controller, Inject } from '@nestjs/common'
import { ClientKafka, EventPattern, Payload } from '@nestjs/microservices'
import { CompletionTracker, type LessonCompleted } from './completion-tracker'
import { PLAIN_INPUT, PLAIN_OUTPUT } from './topics'

export const PRODUCER = Symbol('producer')

/** How many events were handled, for who measures. */
export class Handled {
  count = 0
}

@Controller()
export class LessonCompletedController {
  constructor(
    @Inject(CompletionTracker) private readonly tracker: CompletionTracker,
    @Inject(PRODUCER) private readonly producer: ClientKafka,
    @Inject(Handled) private readonly handled: Handled,
  ) {}

  @EventPattern<string>(PLAIN_INPUT)
  async lessonCompleted(@Payload() event: LessonCompleted): Promise<void> {
    const completed = await this.tracker.lessonCompleted(event)
    if (completed) this.producer.emit(PLAIN_OUTPUT, { key: `${completed.course_version_id}:${completed.user_id}`, value: completed })
    this.handled.count++
  }
}

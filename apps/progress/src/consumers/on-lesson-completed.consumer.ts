import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { LessonCompletedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { eventTime, type Batch, type BatchContext, type Disposition } from '@laurel/messaging'
import { misfit } from '../domain/fits'
import { lessonMark } from '../domain/lesson-mark'
import { recordLessons } from '../use-cases/record-lessons'
import { sortOut } from '../use-cases/sort-out'

/** Completions that other services announced; progress's own are passed over by the transport. */
@Controller()
export class OnLessonCompleted {
  constructor(private readonly versions: CourseVersionStore) {}

  @EventPattern<string>(LessonCompletedV1.topic)
  async apply(@Payload() batch: Batch<LessonCompletedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    const { placed, dispositions } = await sortOut(tx, this.versions, batch, ({ data }, rule) => misfit(rule, 'lesson_id', data.lesson_id))
    const marks = placed.map(({ event, rule, standing }) => {
      const { data } = event
      const key = { userId: data.user_id, courseVersionId: data.course_version_id, lessonId: data.lesson_id }
      return { mark: lessonMark(key, 100, eventTime(event, data.completed_at)), rule, standing }
    })
    await recordLessons(tx, marks, { announce: false })
    return dispositions
  }
}

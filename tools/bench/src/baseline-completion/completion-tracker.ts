import { In, type DataSource, type Repository } from 'typeorm'
import { CourseVersion, Enrollment, LessonProgress } from '../baseline/entities'

/** The value of a lesson.completed record. */
export interface LessonCompleted {
  readonly user_id: string
  readonly course_version_id: string
  readonly lesson_id: string
  readonly completed_at: string
}

export interface CourseCompleted {
  readonly user_id: string
  readonly course_version_id: string
  readonly completed_at: string
}

/** Completion the way it is mostly written: save the row, count what is done, update the enrollment. */
export class CompletionTracker {
  private readonly enrollments: Repository<Enrollment>
  private readonly lessonProgress: Repository<LessonProgress>
  private readonly courseVersions: Repository<CourseVersion>
  private readonly requiredOf = new Map<string, readonly string[]>()

  constructor(dataSource: DataSource) {
    this.enrollments = dataSource.getRepository(Enrollment)
    this.lessonProgress = dataSource.getRepository(LessonProgress)
    this.courseVersions = dataSource.getRepository(CourseVersion)
  }

  /** Returns the completion when this lesson was the last one. */
  async lessonCompleted({ user_id, course_version_id, lesson_id, completed_at }: LessonCompleted): Promise<CourseCompleted | null> {
    const required = await this.requiredLessons(course_version_id)
    const at = new Date(completed_at)
    await this.lessonProgress.save({
      user_id,
      lesson_id,
      enrolled_course_version_id: course_version_id,
      status: 'completed',
      progress_percentage: 100,
      last_accessed_at: at,
      started_at: at,
      completed_at: at,
    })
    const done = await this.lessonProgress.count({
      where: { user_id, enrolled_course_version_id: course_version_id, status: 'completed', lesson_id: In([...required]) },
    })
    const complete = done === required.length
    const { affected } = await this.enrollments.update(
      { user_id, course_version_id, status: 'active' },
      {
        progress_percentage: Math.floor((100 * done) / required.length),
        updated_at: new Date(),
        ...(complete ? { status: 'completed' } : {}),
      },
    )
    return complete && affected === 1 ? { user_id, course_version_id, completed_at } : null
  }

  /** Course versions never change, so each is read once. */
  private async requiredLessons(courseVersionId: string): Promise<readonly string[]> {
    const known = this.requiredOf.get(courseVersionId)
    if (known) return known
    const version = await this.courseVersions.findOneByOrFail({ course_version_id: courseVersionId })
    const required = version.definition.lessons.filter((lesson) => lesson.required).map((lesson) => lesson.lesson_id)
    this.requiredOf.set(courseVersionId, required)
    return required
  }
}

import { ConflictException, Inject, Injectable, NotFoundException, UnprocessableEntityException } from '@nestjs/common'
import { DataSource, type Repository } from 'typeorm'
import { CourseVersion, Enrollment, LessonProgress } from './entities'
import type { UpdateProgressDto } from './progress.dto'

/** Progress the way it is mostly written: find, change, save, count. */
@Injectable()
export class LessonTracker {
  private readonly enrollments: Repository<Enrollment>
  private readonly lessonProgress: Repository<LessonProgress>
  private readonly courseVersions: Repository<CourseVersion>
  private readonly lessonsOf = new Map<string, ReadonlySet<string>>()

  constructor(@Inject(DataSource) dataSource: DataSource) {
    this.enrollments = dataSource.getRepository(Enrollment)
    this.lessonProgress = dataSource.getRepository(LessonProgress)
    this.courseVersions = dataSource.getRepository(CourseVersion)
  }

  async update(userId: string, courseVersionId: string, { lesson_id, progress_percentage }: UpdateProgressDto) {
    const enrollment = await this.enrollments.findOne({ where: { user_id: userId, course_version_id: courseVersionId } })
    if (!enrollment) throw new NotFoundException('not enrolled')
    if (enrollment.status !== 'active' && enrollment.status !== 'completed')
      throw new ConflictException(`enrollment is ${enrollment.status}`)
    const lessons = await this.lessons(courseVersionId)
    if (!lessons.has(lesson_id)) throw new UnprocessableEntityException('no lesson of this course')

    const key = { user_id: userId, lesson_id, enrolled_course_version_id: courseVersionId }
    const lesson = (await this.lessonProgress.findOne({ where: key })) ?? this.lessonProgress.create({ ...key, progress_percentage: 0 })
    const now = new Date()
    lesson.progress_percentage = Math.max(lesson.progress_percentage, progress_percentage)
    lesson.status = lesson.progress_percentage === 100 ? 'completed' : 'in_progress'
    lesson.last_accessed_at = now
    lesson.started_at ??= now
    if (lesson.status === 'completed') lesson.completed_at ??= now
    await this.lessonProgress.save(lesson)

    const completed = await this.lessonProgress.count({
      where: { user_id: userId, enrolled_course_version_id: courseVersionId, status: 'completed' },
    })
    const percentage = Math.floor((100 * completed) / lessons.size)
    if (percentage !== enrollment.progress_percentage) {
      await this.enrollments.update(
        { user_id: userId, course_version_id: courseVersionId },
        { progress_percentage: percentage, updated_at: now },
      )
    }
    return {
      course_version_id: courseVersionId,
      status: enrollment.status,
      cycle: enrollment.cycle,
      percentage,
      completed_lessons: completed,
      total_lessons: lessons.size,
      items: [
        { lesson_id, status: lesson.status, progress_percentage: lesson.progress_percentage, completed_at: lesson.completed_at ?? null },
      ],
    }
  }

  /** Course versions never change, so each is read once. */
  private async lessons(courseVersionId: string): Promise<ReadonlySet<string>> {
    const known = this.lessonsOf.get(courseVersionId)
    if (known) return known
    const version = await this.courseVersions.findOne({ where: { course_version_id: courseVersionId } })
    if (!version) throw new NotFoundException('unknown course')
    const lessons = new Set(version.definition.lessons.map((lesson) => lesson.lesson_id))
    this.lessonsOf.set(courseVersionId, lessons)
    return lessons
  }
}

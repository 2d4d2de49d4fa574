import { Check, Column, Entity, PrimaryColumn } from 'typeorm'
import type { LessonStatus } from '../lesson-progress-store'

/** `lesson_progress` of closed cycles. */
@Entity('lesson_progress_archive')
@Check('ck_lesson_progress_archive_status', `status in ('not_started', 'in_progress', 'completed')`)
@Check('ck_lesson_progress_archive_percentage', 'progress_percentage between 0 and 100')
export class LessonProgressArchiveEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lesson_progress_archive' })
  user_id: string

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lesson_progress_archive' })
  lesson_id: string

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lesson_progress_archive' })
  enrolled_course_version_id: string

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_lesson_progress_archive' })
  cycle: number

  @Column('varchar')
  status: LessonStatus

  @Column('double precision')
  progress_percentage: number

  @Column('timestamptz')
  last_accessed_at: Date

  @Column('timestamptz', { nullable: true })
  started_at: Date | null

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null
}

import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'

/** `lesson_progress` of the published model. */
@Entity('lesson_progress')
@Index('idx_lesson_progress_course_status', ['user_id', 'enrolled_course_version_id', 'status'])
@Check('ck_lesson_progress_status', `status in ('not_started', 'in_progress', 'completed')`)
@Check('ck_lesson_progress_percentage', 'progress_percentage between 0 and 100')
export class LessonProgressEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lesson_progress' })
  user_id: string

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lesson_progress' })
  lesson_id: string

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_lesson_progress' })
  enrolled_course_version_id: string

  @Column('varchar', { default: 'not_started' })
  status: 'not_started' | 'in_progress' | 'completed'

  @Column('double precision', { default: 0 })
  progress_percentage: number

  @Column('timestamptz', { default: () => 'now()' })
  last_accessed_at: Date

  @Column('timestamptz', { nullable: true })
  started_at: Date | null

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null
}

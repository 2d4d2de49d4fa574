import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('enrollments')
export class Enrollment {
  @PrimaryColumn('uuid')
  user_id: string

  @PrimaryColumn('uuid')
  course_version_id: string

  @Column('varchar')
  status: string

  @Column('integer')
  cycle: number

  @Column('smallint')
  progress_percentage: number

  @Column('timestamptz')
  updated_at: Date
}

@Entity('lesson_progress')
export class LessonProgress {
  @PrimaryColumn('uuid')
  user_id: string

  @PrimaryColumn('uuid')
  lesson_id: string

  @PrimaryColumn('uuid')
  enrolled_course_version_id: string

  @Column('varchar')
  status: string

  @Column('double precision')
  progress_percentage: number

  @Column('timestamptz')
  last_accessed_at: Date

  @Column('timestamptz', { nullable: true })
  started_at: Date | null

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null
}

@Entity('course_version')
export class CourseVersion {
  @PrimaryColumn('uuid')
  course_version_id: string

  @Column('jsonb')
  definition: { lessons: { lesson_id: string; required: boolean }[] }
}

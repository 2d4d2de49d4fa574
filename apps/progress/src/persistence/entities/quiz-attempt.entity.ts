import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm'

/** `quiz_attempts` of the published model. */
@Entity('quiz_attempts')
@Unique('uq_quiz_attempt', ['user_id', 'quiz_id', 'enrolled_course_version_id', 'attempt_number'])
@Index('idx_quiz_attempt_course_perf', ['user_id', 'enrolled_course_version_id'])
export class QuizAttemptEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'pk_quiz_attempts' })
  id: string

  @Column('uuid')
  user_id: string

  @Column('uuid')
  quiz_id: string

  @Column('uuid')
  enrolled_course_version_id: string

  @Column('integer', { default: 1 })
  attempt_number: number

  @Column('double precision', { nullable: true })
  score: number | null

  @Column('boolean', { nullable: true })
  is_passed: boolean | null

  @Column('timestamptz', { nullable: true })
  started_at: Date | null

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null

  @Column('jsonb', { nullable: true })
  answers_snapshot: Record<string, unknown> | null
}

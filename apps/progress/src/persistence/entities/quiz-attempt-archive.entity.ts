import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm'

/** `quiz_attempts` of closed cycles: each cycle numbers its attempts from 1. */
@Entity('quiz_attempts_archive')
@Unique('uq_quiz_attempt_archive', ['user_id', 'quiz_id', 'enrolled_course_version_id', 'attempt_number', 'cycle'])
export class QuizAttemptArchiveEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'pk_quiz_attempts_archive' })
  id: string

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_quiz_attempts_archive' })
  cycle: number

  @Column('uuid')
  user_id: string

  @Column('uuid')
  quiz_id: string

  @Column('uuid')
  enrolled_course_version_id: string

  @Column('integer')
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

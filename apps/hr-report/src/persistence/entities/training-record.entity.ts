import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm'

/** `training_records`: one per completion; batches are written by SQL in training-record-store. */
@Entity('training_records')
@Unique('uq_training_records', ['user_id', 'course_version_id', 'cycle'])
@Index('idx_training_records_waiting', ['course_version_id'], { where: 'queued_at is null' })
export class TrainingRecordEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_training_records' })
  completion_id: string

  @Column('uuid')
  user_id: string

  @Column('uuid')
  course_version_id: string

  @Column('uuid')
  course_id: string

  @Column('integer')
  cycle: number

  @Column('timestamptz')
  completed_at: Date

  @Column('double precision', { nullable: true })
  score: number | null

  @Column('uuid', { nullable: true })
  org_id: string | null

  @Column('timestamptz', { default: () => 'now()' })
  recorded_at: Date

  @Column('timestamptz', { nullable: true })
  queued_at: Date | null

  @Column('timestamptz', { nullable: true })
  pushed_at: Date | null

  @Column('text', { nullable: true })
  hr_record_id: string | null
}

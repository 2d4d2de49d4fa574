import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A learner whose data was erased. */
@Entity('erased_learner')
export class ErasedLearnerEntity {
  /** SHA-256 of the id as text. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_erased_learner' })
  user_hash: Buffer

  @Column('timestamptz')
  erased_at: Date

  /** Events about the learner that came later and were not recorded. */
  @Column('bigint', { default: 0 })
  passed_over: string
}

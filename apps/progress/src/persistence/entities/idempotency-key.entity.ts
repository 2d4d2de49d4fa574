import { Column, Entity, Index, PrimaryColumn } from 'typeorm'

/** The answer that a caller got to a request under an Idempotency-Key. */
@Entity('idempotency_key')
@Index('idx_idempotency_key_created', ['created_at'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_idempotency_key' })
  user_id: string

  @PrimaryColumn('varchar', { primaryKeyConstraintName: 'pk_idempotency_key' })
  key: string

  /** SHA-256 of method, path and body. */
  @Column('bytea')
  fingerprint: Buffer

  @Column('jsonb')
  response: unknown

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date
}

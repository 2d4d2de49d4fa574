import { Column, Entity, PrimaryColumn } from 'typeorm'

/** `announced_credentials`: those read back from `credential.issued` that this schema does not know as issued. */
@Entity('announced_credentials')
export class AnnouncedCredentialEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_announced_credentials' })
  completion_id: string

  @Column('uuid')
  certificate_uid: string

  @Column('timestamptz')
  issued_at: Date

  @Column('timestamptz', { nullable: true })
  expires_at: Date | null
}

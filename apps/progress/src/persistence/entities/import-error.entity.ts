import { Column, Entity, Index, PrimaryColumn } from 'typeorm'

/** What was wrong with one row of an import. `user_id` is there to find the rows of a learner who is erased. */
@Entity('import_error')
@Index('idx_import_error_user', ['user_id'])
export class ImportErrorEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_import_error' })
  import_id: string

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_import_error' })
  row: number

  @Column('varchar', { nullable: true })
  field: string | null

  @Column('varchar')
  detail: string

  @Column('uuid', { nullable: true })
  user_id: string | null
}

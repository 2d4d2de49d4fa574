import { Check, Column, Entity, PrimaryColumn } from 'typeorm'

/** An import of history; `rows` is where it goes on when it is sent again. */
@Entity('import_run')
@Check('ck_import_run_state', `state in ('running', 'done', 'stopped')`)
@Check('ck_import_run_rows', 'rows = applied + unchanged + rejected')
export class ImportRunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_import_run' })
  import_id: string

  @Column('varchar', { default: 'running' })
  state: 'running' | 'done' | 'stopped'

  @Column('integer', { default: 0 })
  rows: number

  @Column('bytea')
  rows_hash: Buffer

  @Column('integer', { default: 0 })
  applied: number

  @Column('integer', { default: 0 })
  unchanged: number

  @Column('integer', { default: 0 })
  rejected: number

  @Column('timestamptz', { default: () => 'now()' })
  started_at: Date

  @Column('timestamptz', { default: () => 'now()' })
  updated_at: Date
}

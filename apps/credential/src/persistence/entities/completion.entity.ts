import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm'
import type { Outcome } from '../completion-store'

/** `completions`: one per completion; batches are written by SQL in completion-store. */
@Entity('completions')
@Unique('uq_completions', ['user_id', 'course_version_id', 'cycle'])
@Index('idx_completions_waiting', ['course_version_id'], { where: 'wanted and queued_at is null' })
@Check('ck_completions_outcome', "outcome in ('issued', 'not_required')")
export class CompletionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_completions' })
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

  @Column('boolean')
  wanted: boolean

  @Column('timestamptz', { default: () => 'now()' })
  recorded_at: Date

  @Column('timestamptz', { nullable: true })
  queued_at: Date | null

  @Column('text', { nullable: true })
  outcome: Outcome | null
}

import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm'
import type { EnrollmentStatus } from '../../domain/enrollment'

/** `enrollments` of the published model. Reads go through it; batches are written by SQL in enrollment-store. */
@Entity('enrollments')
@Index('idx_enrollments_status', ['status'])
@Index('idx_enrollments_course_version', ['course_version_id', 'user_id'])
@Check('ck_enrollments_percentage', 'progress_percentage between 0 and 100')
@Check('ck_enrollments_status', `status in ('active', 'completed', 'cancelled_by_user', 'revoked_by_admin')`)
export class EnrollmentEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_enrollments' })
  user_id: string

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_enrollments' })
  course_version_id: string

  @Column('timestamptz', { default: () => 'now()' })
  enrolled_at: Date

  @Column('varchar', { default: 'active' })
  status: EnrollmentStatus

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null

  @Column('varchar', { nullable: true })
  source_of_enrollment: string | null

  @Column('uuid', { nullable: true })
  org_id: string | null

  @Column('timestamptz', { nullable: true })
  due_at: Date | null

  @Column('integer', { default: 1 })
  cycle: number

  @Column('timestamptz', { default: () => "'1970-01-01 00:00:00+00'" })
  cycle_started_at: Date

  @Column('bigint')
  revision: string

  @Column('timestamptz', { nullable: true })
  requested_at: Date | null

  @Column('uuid', { nullable: true })
  revoked_completion_id: string | null

  @Column('varchar', { nullable: true })
  status_reason: string | null

  @Column('bytea', { default: () => "'\\x'" })
  done_items: Buffer

  @Column('smallint', { default: 0 })
  progress_percentage: number

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date

  @Column('timestamptz', { default: () => 'now()' })
  updated_at: Date
}

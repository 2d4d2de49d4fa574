import { Check, Column, Entity, PrimaryColumn } from 'typeorm'
import type { EnrollmentStatus } from '../../domain/enrollment'

/** An enrollment as it stood when its cycle was closed, and what was told of that cycle later. */
@Entity('enrollments_archive')
@Check('ck_enrollments_archive_status', `status in ('active', 'completed', 'cancelled_by_user', 'revoked_by_admin')`)
@Check('ck_enrollments_archive_percentage', 'progress_percentage between 0 and 100')
export class EnrollmentArchiveEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_enrollments_archive' })
  user_id: string

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_enrollments_archive' })
  course_version_id: string

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_enrollments_archive' })
  cycle: number

  @Column('timestamptz')
  enrolled_at: Date

  @Column('varchar')
  status: EnrollmentStatus

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null

  @Column('varchar', { nullable: true })
  source_of_enrollment: string | null

  @Column('uuid', { nullable: true })
  org_id: string | null

  @Column('timestamptz', { nullable: true })
  due_at: Date | null

  @Column('timestamptz')
  cycle_started_at: Date

  @Column('timestamptz')
  closed_at: Date

  @Column('bigint')
  revision: string

  @Column('timestamptz', { nullable: true })
  requested_at: Date | null

  @Column('uuid', { nullable: true })
  revoked_completion_id: string | null

  @Column('varchar', { nullable: true })
  status_reason: string | null

  @Column('bytea')
  done_items: Buffer

  @Column('smallint')
  progress_percentage: number

  @Column('timestamptz')
  created_at: Date

  @Column('timestamptz', { default: () => 'now()' })
  updated_at: Date
}

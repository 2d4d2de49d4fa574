import { Check, Column, Entity, Generated, PrimaryGeneratedColumn, Unique } from 'typeorm'
import type { CertificateSnapshot } from '../../domain/certificate'
import type { CertificateStatus } from '../certificate-store'

/** `certificates` of the published model, and what issuing them needs. */
@Entity('certificates')
@Unique('uq_certificates', ['user_id', 'course_version_id', 'cycle'])
@Unique('uq_certificates_uid', ['certificate_uid'])
@Unique('uq_certificates_completion', ['completion_id'])
@Check('ck_certificates_status', "status in ('pending', 'issued')")
export class CertificateEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'pk_certificates' })
  id: string

  @Column('uuid')
  user_id: string

  @Column('uuid')
  course_version_id: string

  @Column('integer')
  cycle: number

  @Column('uuid')
  completion_id: string

  @Column('uuid')
  @Generated('uuid')
  certificate_uid: string

  @Column('text', { default: 'pending' })
  status: CertificateStatus

  @Column('timestamptz')
  issued_at: Date

  @Column('timestamptz', { nullable: true })
  expires_at: Date | null

  @Column('jsonb')
  metadata: CertificateSnapshot

  @Column('text')
  recipient_email: string

  @Column('text')
  recipient_given_name: string

  @Column('text')
  recipient_family_name: string

  @Column('timestamptz', { nullable: true })
  credly_asked_at: Date | null

  @Column('text', { nullable: true })
  credly_badge_id: string | null

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date
}

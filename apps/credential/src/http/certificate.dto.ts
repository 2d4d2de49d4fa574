import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsOptional, IsUUID } from 'class-validator'
import type { Certificate, CertificateStatus } from '../persistence/certificate-store'

export class CertificatesQuery {
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Whose certificates; the caller’s own unless given' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsUUID('loose', { message: 'must be a UUID' })
  readonly user_id?: string
}

export class CertificateBody {
  @ApiProperty({ type: String, format: 'uuid' })
  readonly certificate_uid: string
  @ApiProperty({ type: String, format: 'uuid' })
  readonly user_id: string
  @ApiProperty({ type: String, format: 'uuid' })
  readonly course_version_id: string
  @ApiProperty({ type: Number, description: 'Recertification cycle, counted from 1' })
  readonly cycle: number
  @ApiProperty({ type: String, format: 'uuid' })
  readonly completion_id: string
  @ApiProperty({ enum: ['pending', 'issued'], description: 'Pending while its badge is being issued' })
  readonly status: CertificateStatus
  @ApiProperty({ type: String, format: 'date-time' })
  readonly issued_at: string
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: never' })
  readonly expires_at: string | null
  @ApiProperty({ type: String, description: 'Title of the course when it was completed' })
  readonly title: string
  @ApiProperty({ type: String })
  readonly learner_name: string
  @ApiProperty({ type: Number, nullable: true, description: '0-100' })
  readonly score: number | null
  @ApiProperty({ type: String, nullable: true, description: 'Null without a badge at Credly' })
  readonly credly_badge_id: string | null
}

export class CertificatesBody {
  @ApiProperty({ type: [CertificateBody], description: 'Latest first' })
  readonly items: CertificateBody[]
}

export function toBody(certificate: Certificate): CertificateBody {
  return {
    certificate_uid: certificate.certificateUid,
    user_id: certificate.userId,
    course_version_id: certificate.courseVersionId,
    cycle: certificate.cycle,
    completion_id: certificate.completionId,
    status: certificate.status,
    issued_at: certificate.issuedAt.toISOString(),
    expires_at: certificate.expiresAt?.toISOString() ?? null,
    title: certificate.snapshot.title,
    learner_name: certificate.snapshot.learner_name,
    score: certificate.snapshot.score ?? null,
    credly_badge_id: certificate.credlyBadgeId,
  }
}

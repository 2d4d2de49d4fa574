import { ApiProperty } from '@nestjs/swagger'
import {
  CountBody,
  EXAMPLE,
  ListBody,
  NullableIdBody,
  NullableNumberBody,
  NullableTimeBody,
  TimeBody,
  UuidField,
} from '@laurel/service-shell'
import type { DetectedBy } from '../domain/completion'
import { SOURCES } from '../domain/detection'
import type { DetectionFilter, SourceFigures } from '../persistence/detection-store'
import { OptionalTime } from './completion-fields'

export class DetectionsQuery {
  @OptionalTime('Completions detected from then on; 24 hours before `to` unless given')
  readonly from?: string
  @OptionalTime('Completions detected before then; now unless given')
  readonly to?: string
  @UuidField('Completions of this course version alone', EXAMPLE.version)
  readonly course_version_id?: string
}

export class SourceBody {
  @ApiProperty({ enum: SOURCES, example: 'events' })
  readonly detected_by: DetectedBy
  @CountBody('Completions that it found', 1200)
  readonly detections: number
  @NullableNumberBody('Median of detected_at - completed_at in seconds; null without a detection', 0.4)
  readonly lag_p50_seconds: number | null
  @NullableNumberBody('The same that 99 % keep within', 2.5)
  readonly lag_p99_seconds: number | null
  @NullableTimeBody('When it last found one, in or outside the time asked for; null when it never did')
  readonly last_detected_at: string | null
}

export class DetectionsBody {
  @TimeBody('From then on')
  readonly from: string
  @TimeBody('Before then')
  readonly to: string
  @NullableIdBody('version', 'Null for all')
  readonly course_version_id: string | null
  @CountBody('Completions found, manual ones included', 1250)
  readonly detections: number
  @CountBody('Completions that events and webhooks missed: the checker or the sweep found them', 12)
  readonly missed: number
  @NullableNumberBody('Share of the completions not made by hand that events or webhooks found, 0-1; null without any', 0.99)
  readonly detection_rate: number | null
  @ListBody(SourceBody, 'Every source')
  readonly sources: readonly SourceBody[]
}

export function toDetectionsBody({ from, to, courseVersionId }: DetectionFilter, figures: readonly SourceFigures[]): DetectionsBody {
  const total = (some: readonly SourceFigures[]) => some.reduce((sum, { detections }) => sum + detections, 0)
  const found = total(figures.filter(({ detectedBy }) => detectedBy !== 'manual'))
  const checked = total(figures.filter(({ detectedBy }) => detectedBy === 'checker'))
  const missed = figures.reduce((sum, { swept }) => sum + swept, checked)
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    course_version_id: courseVersionId,
    detections: total(figures),
    missed,
    detection_rate: found === 0 ? null : (found - missed) / found,
    sources: figures.map(({ detectedBy, detections, lagP50, lagP99, lastDetectedAt }) => ({
      detected_by: detectedBy,
      detections,
      lag_p50_seconds: lagP50,
      lag_p99_seconds: lagP99,
      last_detected_at: lastDetectedAt?.toISOString() ?? null,
    })),
  }
}

import {
  CountBody,
  EXAMPLE,
  FlagBody,
  IdBody,
  ListBody,
  NullableBody,
  NullableEnumBody,
  NullableIdBody,
  NullableNumberBody,
  NullableTextBody,
  NullableTimeBody,
  Optional,
  TextBody,
  TimeBody,
} from '@laurel/service-shell'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsInt, Matches, Max, Min } from 'class-validator'
import type { DetectedBy } from '../domain/completion'
import { SOURCES } from '../domain/detection'
import type { DecidedCompletion } from '../domain/enrollment-record'
import type { ExplainedCycle, Explanation } from '../domain/explanation'
import type { EnrollmentStatus } from '../domain/ledger'
import { OptionalTime, toTime } from './completion-fields'

export const STATUSES: readonly EnrollmentStatus[] = ['active', 'completed', 'cancelled_by_user', 'revoked_by_admin']

const LAST_CYCLE = 2_147_483_647
const CYCLE = `must be a whole number from 1 to ${LAST_CYCLE}`

class ReasonDto {
  @ApiProperty({ description: 'Why; stays in the audit trail', minLength: 1, maxLength: 500, example: 'Shown on paper, signed 2026-01-05' })
  @Matches(/^(?=[^]*\S)[^\u0000\p{Surrogate}]{1,500}$/u, {
    message: 'must be a text of 1 to 500 characters that says something, without NUL or half of a surrogate pair',
  })
  readonly reason: string
}

export class CompleteManuallyDto extends ReasonDto {
  @OptionalTime('When the course was completed; now unless given, and at most now. It must lie in the open cycle')
  readonly completed_at?: string
}

export class RevokeDto extends ReasonDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: LAST_CYCLE,
    description: 'The latest completed cycle unless given',
    example: 1,
  })
  @Optional()
  @IsInt({ message: CYCLE })
  @Min(1, { message: CYCLE })
  @Max(LAST_CYCLE, { message: CYCLE })
  readonly cycle?: number
}

export class RevocationBody {
  @TimeBody('When the completion was revoked, finally for its cycle')
  readonly revoked_at: string
  @NullableTextBody('The user id of who did; null where it was only read back from Kafka', EXAMPLE.admin)
  readonly revoked_by: string | null
  @TextBody('Why', 'The quiz was taken by somebody else')
  readonly reason: string
}

export class CompletionBody {
  @IdBody('completion')
  readonly completion_id: string
  @CountBody('Counted from 1', 1)
  readonly cycle: number
  @TimeBody('When the course was completed')
  readonly completed_at: string
  @TimeBody('When that was decided')
  readonly detected_at: string
  @ApiProperty({ enum: SOURCES, description: 'What found it', example: 'events' })
  readonly detected_by: DetectedBy
  @NullableTextBody('What said so: a webhook’s delivery, a checker’s run, a person’s user id; sweep where only that decided', EXAMPLE.admin)
  readonly detected_from: string | null
  @NullableTextBody('Why; of a manual one', 'Shown on paper, signed 2026-01-05')
  readonly reason: string | null
  @NullableNumberBody('Mean of the best attempts at the required quizzes, 0-100', 85)
  readonly score: number | null
  @NullableTextBody('UUIDv5 of the rule that decided; null where it was only read back from Kafka', 'f3a1c6de-54c2-5e0b-9d4d-2f6f1b7a9c10')
  readonly rule_hash: string | null
  @NullableBody(RevocationBody, 'Null while the completion stands')
  readonly revocation: RevocationBody | null
}

export class CycleBody {
  @CountBody('Counted from 1', 1)
  readonly cycle: number
  @NullableTimeBody('1970-01-01T00:00:00.000Z for the first cycle; null where only the completion is known')
  readonly started_at: string | null
  @NullableTimeBody('When the next cycle began; null for the open one')
  readonly closed_at: string | null
  @NullableBody(CompletionBody, 'Null while the cycle is not complete')
  readonly completion: CompletionBody | null
}

export class EnrollmentBody {
  @IdBody('user')
  readonly user_id: string
  @IdBody('version')
  readonly course_version_id: string
  @NullableIdBody('course', 'Null while the course version is unknown')
  readonly course_id: string | null
  @NullableTextBody('Name of the course; null while the course version is unknown', 'Handling food safely')
  readonly title: string | null
  @NullableEnumBody(STATUSES, 'Null while no enrollment is known')
  readonly enrollment_status: EnrollmentStatus | null
}

export class StandingBody extends EnrollmentBody {
  @FlagBody('Whether the open cycle has a completion that stands')
  readonly is_complete: boolean
  @NullableNumberBody('Of the open cycle, 0-100, by the course rule; 100 once complete, null while the course version is unknown', 66)
  readonly percentage: number | null
  @ListBody(CycleBody, 'The open cycle first, then the latest')
  readonly cycles: readonly CycleBody[]
}

/** All classes that are only referred to. */
export const COMPLETION_MODELS = [RevocationBody, CompletionBody]

export function toStandingBody(explanation: Explanation): StandingBody {
  const { open, earlier } = explanation
  return {
    ...toEnrollmentBody(explanation),
    is_complete: open.completion !== null && open.completion.revoked === null,
    percentage: open.percentage,
    cycles: [open, ...earlier].map(toCycleBody),
  }
}

export function toEnrollmentBody({ userId, courseVersionId, course, status }: Explanation): EnrollmentBody {
  return {
    user_id: userId,
    course_version_id: courseVersionId,
    course_id: course?.courseId ?? null,
    title: course?.title ?? null,
    enrollment_status: status,
  }
}

export function toCycleBody({ cycle, startedAt, endedAt, completion }: ExplainedCycle): CycleBody {
  return { cycle, started_at: toTime(startedAt), closed_at: toTime(endedAt), completion: completion && toCompletionBody(completion) }
}

export function toCompletionBody(completion: DecidedCompletion): CompletionBody {
  const { revoked } = completion
  return {
    completion_id: completion.completionId,
    cycle: completion.cycle,
    completed_at: new Date(completion.completedAt).toISOString(),
    detected_at: completion.detectedAt.toISOString(),
    detected_by: completion.detectedBy,
    detected_from: completion.detectedFrom,
    reason: completion.reason,
    score: completion.score ?? null,
    rule_hash: completion.ruleHash,
    revocation: revoked && { revoked_at: revoked.at.toISOString(), revoked_by: revoked.by, reason: revoked.reason },
  }
}

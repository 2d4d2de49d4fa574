import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsEmail } from 'class-validator'
import { LimitField, Optional, Uuid, WholeNumber } from '@laurel/service-shell'
import { BATCH_SIZE } from '../checker/checker-settings'
import type { CheckerEnd, CheckerRun, CheckerTrigger } from '../persistence/checker-run-store'
import type { LearnerCheck } from '../use-cases/check-now'

const TRIGGERS: readonly CheckerTrigger[] = ['schedule', 'off-peak', 'request', 'check']
const ENDS: readonly CheckerEnd[] = ['nobody-due', 'budget', 'batch-done', 'platform-away', 'stopped', 'interrupted', 'failed']
const RESULTS: readonly LearnerCheck['result'][] = ['complete', 'incomplete', 'failed', 'away', 'unresolved']

export class ProcessBatchBody {
  @ApiPropertyOptional({ type: 'integer', minimum: BATCH_SIZE.min, maximum: BATCH_SIZE.max, default: BATCH_SIZE.default })
  @Optional()
  @WholeNumber(BATCH_SIZE.min, BATCH_SIZE.max)
  readonly batch_size: number = BATCH_SIZE.default
}

export class CheckBody {
  @ApiPropertyOptional({ type: String, format: 'email', description: 'The learner; either this or user_id' })
  @Optional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  readonly email?: string
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The learner; either this or email' })
  @Optional()
  @Uuid()
  readonly user_id?: string
  @ApiProperty({ type: String, format: 'uuid', description: 'The course, in any of its versions' })
  @Uuid()
  readonly course_id: string
}

export class RunsQuery {
  @LimitField()
  readonly limit: number = 50
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'next_cursor of the page before; the first page without it' })
  @Optional()
  @Uuid()
  readonly cursor?: string
}

export class CheckerRunBody {
  @ApiProperty({ type: String, format: 'uuid' })
  readonly run_id: string
  @ApiProperty({ enum: TRIGGERS, description: 'What started it; check: one learner was checked by hand' })
  readonly trigger: CheckerTrigger
  @ApiProperty({ type: String, format: 'date-time' })
  readonly started_at: string
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it runs' })
  readonly finished_at: string | null
  @ApiProperty({ type: Number, nullable: true, description: 'Null while it runs' })
  readonly duration_ms: number | null
  @ApiProperty({ enum: ENDS, nullable: true, description: 'Why it ended' })
  readonly ended: CheckerEnd | null
  @ApiProperty({ type: 'integer', description: 'Learners checked, failed checks among them' })
  readonly processed: number
  @ApiProperty({ type: 'integer', description: 'Learners found complete' })
  readonly completed: number
  @ApiProperty({ type: 'integer', description: 'Failed checks, repeated in the next cycle' })
  readonly errors: number
  @ApiProperty({ type: 'integer', description: 'Satisfied ledgers of ours that were left undecided; should be 0' })
  readonly undecided: number
}

export class CheckerRunsBody {
  @ApiProperty({ type: [CheckerRunBody], description: 'Latest first' })
  readonly items: CheckerRunBody[]
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The cursor of the next page; null on the last' })
  readonly next_cursor: string | null
}

export class CheckerHealthBody {
  @ApiProperty({ enum: ['ok', 'failing', 'never-ran'], description: 'Failing: the last run failed, was interrupted, or had only errors' })
  readonly status: 'ok' | 'failing' | 'never-ran'
  @ApiProperty({ type: [String], description: 'Platforms that can be asked' })
  readonly platforms: readonly string[]
  @ApiProperty({ type: 'integer', description: 'Learners due for a check now' })
  readonly due: number
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Oldest last check of those due; null when nobody is due, or when one was never checked',
  })
  readonly unchecked_since: string | null
  @ApiProperty({ type: CheckerRunBody, nullable: true, description: 'Latest run of more than one learner' })
  readonly last_run: CheckerRunBody | null
}

export class LearnerCheckBody {
  @ApiProperty({ type: String, format: 'uuid' })
  readonly user_id: string
  @ApiProperty({ type: String, format: 'uuid' })
  readonly course_version_id: string
  @ApiProperty({ type: String, example: 'graphy' })
  readonly platform: string
  @ApiProperty({ type: String })
  readonly external_course_id: string
  @ApiProperty({ enum: RESULTS, description: 'away: the platform does not answer; unresolved: the e-mail is not known yet' })
  readonly result: LearnerCheck['result']
}

export class LearnerChecksBody {
  @ApiProperty({ type: [LearnerCheckBody], description: 'One per course version and platform course' })
  readonly items: LearnerCheckBody[]
}

export function toRunBody(run: CheckerRun): CheckerRunBody {
  return {
    run_id: run.id,
    trigger: run.trigger,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    duration_ms: run.finishedAt && run.finishedAt.getTime() - run.startedAt.getTime(),
    ended: run.ended,
    processed: run.processed,
    completed: run.completed,
    errors: run.errors,
    undecided: run.undecided,
  }
}

export function toCheckBody({ learner, result }: LearnerCheck): LearnerCheckBody {
  return {
    user_id: learner.userId,
    course_version_id: learner.courseVersionId,
    platform: learner.platform,
    external_course_id: learner.externalCourseId,
    result,
  }
}

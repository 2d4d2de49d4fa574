import { Body, Controller, Post } from '@nestjs/common'
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { WriteConflictError, type Tx } from '@laurel/postgres'
import { ApiProblems, CurrentCaller, Problem, type Caller } from '@laurel/service-shell'
import type { Enrollment, EnrollmentRequest } from '../domain/enrollment'
import type { Requester } from '../domain/requester'
import { CallerDatabase } from '../persistence/caller-database'
import { answerOnce, type OnceRequest } from '../use-cases/answer-once'
import { requestEnrollments } from '../use-cases/request-enrollments'
import { toTime } from './body-fields'
import { EnrollmentBody, EnrollmentRequestDto } from './enrollment-dto'
import { AnsweredOnce, Once } from './idempotency-key'
import { requestTime } from './request-time'

@ApiTags('enrollments')
@Controller('api/v1/enrollments')
export class EnrollmentsController {
  constructor(private readonly callers: CallerDatabase) {}

  @Post()
  @ApiOperation({ summary: 'Applies one request about an enrollment; a repeat answers the same' })
  @AnsweredOnce()
  @ApiCreatedResponse({ type: EnrollmentBody })
  @ApiProblems(403, 404, 409, 410, 422)
  async request(@Body() body: EnrollmentRequestDto, @CurrentCaller() caller: Caller, @Once() once: OnceRequest): Promise<EnrollmentBody> {
    const request = toRequest(body, caller, new Date())
    try {
      return await this.callers.run(caller, (tx) => answerOnce(tx, once, () => apply(tx, request, requesterOf(caller))))
    } catch (error) {
      // The enrollment is there, but not for this caller to see.
      if (error instanceof WriteConflictError) throw Problem.forbidden('this is not an enrollment of the organisation of the token')
      throw error
    }
  }
}

async function apply(tx: Tx, request: EnrollmentRequest, requester: Requester): Promise<EnrollmentBody> {
  const [outcome] = await requestEnrollments(tx, [request], { requester, clock: () => new Date() })
  switch (outcome!.kind) {
    case 'changed':
    case 'cycle-opened':
    case 'unchanged':
      return present(outcome!.enrollment)
    case 'erased':
      throw new Problem(410, outcome!.reason)
    case 'forbidden':
      throw Problem.forbidden(outcome!.reason)
    case 'unknown':
      throw Problem.notFound(outcome!.reason)
    case 'refused':
      throw Problem.conflict(outcome!.reason)
    default:
      return outcome satisfies never
  }
}

function requesterOf({ isAdmin, isOrgAdmin, userId, orgId }: Caller): Requester {
  if (isAdmin) return { kind: 'platform' }
  if (isOrgAdmin && orgId !== null) return { kind: 'org_admin', userId, orgId }
  return { kind: 'learner', userId, orgId }
}

function toRequest(body: EnrollmentRequestDto, caller: Caller, now: Date): EnrollmentRequest {
  return {
    userId: body.user_id ?? caller.userId,
    courseVersionId: body.course_version_id,
    action: body.action,
    sourceOfEnrollment: body.source_of_enrollment ?? null,
    orgId: body.org_id ?? null,
    dueAt: body.due_at === undefined ? null : new Date(body.due_at),
    reason: body.reason ?? null,
    requestedAt: requestTime(body.requested_at, now),
    isNow: body.requested_at === undefined || new Date(body.requested_at) > now,
  }
}

function present(enrollment: Enrollment): EnrollmentBody {
  return {
    user_id: enrollment.userId,
    course_version_id: enrollment.courseVersionId,
    status: enrollment.status,
    status_reason: enrollment.statusReason,
    cycle: enrollment.cycle,
    cycle_started_at: enrollment.cycleStartedAt.toISOString(),
    revision: enrollment.revision,
    enrolled_at: enrollment.enrolledAt.toISOString(),
    completed_at: toTime(enrollment.completedAt),
    due_at: toTime(enrollment.dueAt),
    source_of_enrollment: enrollment.sourceOfEnrollment,
    org_id: enrollment.orgId,
  }
}

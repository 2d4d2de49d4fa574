import { Body, Controller, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger'
import { retryingTransaction } from '@laurel/postgres'
import { CurrentCaller, Problem, type Caller } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import type { Enrollment, EnrollmentRequest } from '../domain/enrollment'
import { requestEnrollments } from '../use-cases/request-enrollments'
import { EnrollmentRequestDto } from './dto'
import { learnerOf } from './enrolled-course'
import { requestTime } from './request-time'

/** Actions that a learner may not take on their own enrollment. */
const FOR_ADMINISTRATORS = new Set(['revoke', 'reactivate', 'open_cycle'])

@ApiTags('enrollments')
@ApiBearerAuth()
@Controller('api/v1/enrollments')
export class EnrollmentsController {
  constructor(private readonly dataSource: DataSource) {}

  /** Applies one request; a repeat answers the same. */
  @Post()
  async request(@Body() body: EnrollmentRequestDto, @CurrentCaller() caller: Caller) {
    const request = toRequest(body, caller, new Date())
    const [decision] = await retryingTransaction(this.dataSource, (tx) => requestEnrollments(tx, [request]))
    switch (decision!.kind) {
      case 'changed':
      case 'unchanged':
        return present(decision!.enrollment)
      case 'unknown':
        throw Problem.notFound(decision!.reason)
      case 'refused':
        throw Problem.conflict(decision!.reason)
      default:
        return decision satisfies never
    }
  }
}

function toRequest(body: EnrollmentRequestDto, caller: Caller, now: Date): EnrollmentRequest {
  if (FOR_ADMINISTRATORS.has(body.action) && !caller.isAdmin) throw Problem.forbidden(`action ${body.action} is for administrators`)
  if (body.org_id !== undefined && body.org_id !== caller.orgId && !caller.isAdmin) {
    throw Problem.forbidden('org_id must be the organisation of the token')
  }
  return {
    userId: learnerOf(caller, body.user_id),
    courseVersionId: body.course_version_id,
    action: body.action,
    sourceOfEnrollment: body.source_of_enrollment ?? null,
    orgId: body.org_id ?? null,
    dueAt: body.due_at === undefined ? null : new Date(body.due_at),
    requestedAt: requestTime(body.requested_at, now),
  }
}

function present(enrollment: Enrollment) {
  return {
    user_id: enrollment.userId,
    course_version_id: enrollment.courseVersionId,
    status: enrollment.status,
    cycle: enrollment.cycle,
    revision: enrollment.revision,
    enrolled_at: enrollment.enrolledAt.toISOString(),
    completed_at: enrollment.completedAt?.toISOString() ?? null,
    due_at: enrollment.dueAt?.toISOString() ?? null,
    source_of_enrollment: enrollment.sourceOfEnrollment,
    org_id: enrollment.orgId,
  }
}

import { Controller } from '@nestjs/common'
import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { EnrollmentRequestedV1 } from '@laurel/contracts'
import { eventTime, reject, type Batch, type BatchContext, type Disposition, type Received } from '@laurel/messaging'
import { passOverErased } from '../persistence/learner-data-store'
import type { EnrollmentRequest } from '../domain/enrollment'
import { requestEnrollments } from '../use-cases/request-enrollments'

@Controller()
export class OnEnrollmentRequested {
  @EventPattern<string>(EnrollmentRequestedV1.topic)
  async apply(@Payload() batch: Batch<EnrollmentRequestedV1>, @Ctx() { tx }: BatchContext): Promise<Disposition[]> {
    const outcomes = await requestEnrollments(tx, batch.map(toRequest), {
      requester: { kind: 'platform' },
      clock: (place) => batch[place]!.recordTime,
    })
    const isErased = (index: number) => outcomes[index]!.kind === 'erased'
    await passOverErased(
      tx,
      batch.filter((_, index) => isErased(index)).map(({ data }) => data.user_id),
    )
    // A dead letter would keep what was to be erased.
    return outcomes.flatMap((outcome, index) => ('enrollment' in outcome || isErased(index) ? [] : [reject(batch[index]!, outcome.reason)]))
  }
}

function toRequest(event: Received<EnrollmentRequestedV1>): EnrollmentRequest {
  const { data } = event
  return {
    userId: data.user_id,
    courseVersionId: data.course_version_id,
    action: data.action,
    sourceOfEnrollment: data.source_of_enrollment ?? null,
    orgId: data.org_id ?? null,
    dueAt: data.due_at === undefined ? null : new Date(data.due_at),
    reason: data.reason ?? null,
    requestedAt: eventTime(event, data.requested_at),
  }
}

import { EnrollmentChangedV1, enrollmentChangedId, sourceOf } from '@laurel/contracts'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { writeEnrollments } from '../persistence/enrollment-store'
import { SERVICE } from '../service-name'

/** Writes changed enrollments and announces each as `enrollment.changed` with its new revision. */
export async function changeEnrollments(tx: Tx, changed: readonly Enrollment[]): Promise<Enrollment[]> {
  const written = await writeEnrollments(tx, changed)
  await addToOutbox(tx, written.map(enrollmentChanged))
  return written
}

function enrollmentChanged(enrollment: Enrollment): OutboxEvent {
  const identity = { user_id: enrollment.userId, course_version_id: enrollment.courseVersionId, revision: enrollment.revision }
  return toOutbox(
    EnrollmentChangedV1,
    { id: enrollmentChangedId(identity), source: sourceOf(SERVICE) },
    {
      ...identity,
      status: enrollment.status,
      cycle: enrollment.cycle,
      cycle_started_at: enrollment.cycleStartedAt.toISOString(),
      enrolled_at: enrollment.enrolledAt.toISOString(),
      ...(enrollment.completedAt ? { completed_at: enrollment.completedAt.toISOString() } : {}),
      ...(enrollment.dueAt ? { due_at: enrollment.dueAt.toISOString() } : {}),
      ...(enrollment.sourceOfEnrollment ? { source_of_enrollment: enrollment.sourceOfEnrollment } : {}),
      ...(enrollment.orgId ? { org_id: enrollment.orgId } : {}),
    },
  )
}

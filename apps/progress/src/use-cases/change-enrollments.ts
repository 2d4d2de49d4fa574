import { EnrollmentChangedV1, enrollmentChangedId, sourceOf } from '@laurel/contracts'
import { addToOutbox, toOutbox, type OutboxEvent } from '@laurel/messaging'
import type { Tx } from '@laurel/postgres'
import type { Enrollment } from '../domain/enrollment'
import { insertEnrollments, updateEnrollments } from '../persistence/enrollment-store'
import { SERVICE } from '../service-name'

/** Writes enrollments with their new revisions, each once, and announces each as `enrollment.changed`: those `changed` that were locked, those `added` that were not found then. */
export async function changeEnrollments(
  tx: Tx,
  { added = [], changed }: { readonly added?: readonly Enrollment[]; readonly changed: readonly Enrollment[] },
): Promise<void> {
  await insertEnrollments(tx, added)
  await updateEnrollments(tx, changed)
  await addToOutbox(tx, [...added, ...changed].map(enrollmentChanged))
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

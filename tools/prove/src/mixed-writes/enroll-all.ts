import type { KafkaWriter } from './kafka-writer'
import type { Model } from './model'
import type { Records } from './records'
import type { RestClient } from './rest-client'
import type { World } from './world'

/** Before everything that learners do. */
const ENROLLED_AT = Date.UTC(2024, 11, 1)

export interface Enrolling {
  readonly world: World
  readonly model: Model
  readonly records: Records
  readonly kafka: KafkaWriter
  readonly rest: RestClient
  /** Resolves when the service has applied all that was sent; with false when it does not get there. */
  readonly settled: () => Promise<boolean>
}

/** Publishes the course versions and enrolls everybody but the late ones, by both ways; those that are closed are then cancelled. False when the service does not get there. */
export async function enrollAll({ world, model, records, kafka, rest, settled }: Enrolling): Promise<boolean> {
  for (const version of world.versions) kafka.add(records.version(version))
  await kafka.flush()
  if (!(await settled())) return false
  const early = world.enrollments.filter(({ standing }) => standing !== 'late')
  for (const enrollment of early) {
    if (enrollment.enrolledBy === 'kafka') kafka.add(records.requested(enrollment, 'enroll', ENROLLED_AT))
    else {
      const { userId, version } = enrollment
      const body = { course_version_id: version.course_version_id, action: 'enroll', requested_at: new Date(ENROLLED_AT).toISOString() }
      await rest.post(userId, '/api/v1/enrollments', body)
      model.of(enrollment).requests.apply('enroll', ENROLLED_AT)
    }
  }
  await kafka.flush()
  if (!(await settled())) return false
  for (const enrollment of early) if (enrollment.standing === 'closed') kafka.add(records.requested(enrollment, 'cancel', ENROLLED_AT + 1))
  await kafka.flush()
  return settled()
}

import type { Tx } from '@laurel/postgres'
import { enrollmentKey, findEnrollments, type EnrollmentKey } from '../persistence/enrollment-store'

const PREFIX = 'enrollment:'

/** What a parked event of an unknown enrollment waits for. */
export function awaitedEnrollment(key: EnrollmentKey): string {
  return PREFIX + enrollmentKey(key)
}

/** Of the things that parked events wait for, the enrollments that are there now. */
export async function arrivedEnrollments(tx: Tx, awaited: readonly string[]): Promise<string[]> {
  const keys = awaited
    .filter((thing) => thing.startsWith(PREFIX))
    .map((thing) => {
      const [courseVersionId, userId] = thing.slice(PREFIX.length).split(':') as [string, string]
      return { courseVersionId, userId }
    })
  return [...(await findEnrollments(tx, keys)).keys()].map((key) => PREFIX + key)
}

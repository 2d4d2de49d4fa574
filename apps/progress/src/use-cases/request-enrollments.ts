import type { Tx } from '@laurel/postgres'
import { decideEnrollment, type Enrollment, type EnrollmentDecision, type EnrollmentRequest } from '../domain/enrollment'
import { enrollmentKey, lockEnrollments, noteRequests } from '../persistence/enrollment-store'
import { changeEnrollments } from './change-enrollments'

/**
 * Applies requests in their order, several of one enrollment one after another, and returns a decision for each. A
 * changed enrollment is returned with its new revision, written and announced once per call.
 */
export async function requestEnrollments(tx: Tx, requests: readonly EnrollmentRequest[]): Promise<EnrollmentDecision[]> {
  const stored = await lockEnrollments(tx, requests)
  const latest = new Map<string, Enrollment>(stored)
  const decisions = requests.map((request) => {
    const decision = decideEnrollment(latest.get(enrollmentKey(request)) ?? null, request)
    if (decision.kind === 'changed' || decision.kind === 'unchanged') latest.set(enrollmentKey(request), decision.enrollment)
    return decision
  })
  const isChanged = new Set(decisions.flatMap((decision) => (decision.kind === 'changed' ? [enrollmentKey(decision.enrollment)] : [])))
  const moved = [...latest].filter(([key, enrollment]) => enrollment !== stored.get(key))
  const [changed, noted] = [true, false].map((wanted) =>
    moved.filter(([key]) => isChanged.has(key) === wanted).map(([, enrollment]) => enrollment),
  )
  await noteRequests(tx, noted!)
  const written = new Map((await changeEnrollments(tx, changed!)).map((enrollment) => [enrollmentKey(enrollment), enrollment]))
  return decisions.map((decision) => {
    if (decision.kind !== 'changed') return decision
    return { ...decision, enrollment: { ...decision.enrollment, revision: written.get(enrollmentKey(decision.enrollment))!.revision } }
  })
}

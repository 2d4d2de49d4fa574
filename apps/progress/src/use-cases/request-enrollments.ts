import type { Tx } from '@laurel/postgres'
import { decideEnrollment, type Enrollment, type EnrollmentDecision, type EnrollmentRequest } from '../domain/enrollment'
import { forbids, type Requester } from '../domain/requester'
import { addClosedCycles, lastEvidence, moveEvidence } from '../persistence/archive-store'
import { enrollmentKey, lockEnrollments, noteRequests } from '../persistence/enrollment-store'
import { erasedAmong } from '../persistence/learner-data-store'
import { changeEnrollments } from './change-enrollments'

export type RequestOutcome =
  | EnrollmentDecision
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** The learner was erased: nothing is recorded of them again. */
  | { readonly kind: 'erased'; readonly reason: string }

/**
 * Applies requests in their order, several of one enrollment one after another, and returns an outcome for each. A
 * changed enrollment is written and announced once per call; the records of a cycle that is closed by it go to the archive.
 *
 * @param clock tells when the request at a place was taken, see `Taking`; asked when the enrollments are locked: no record of
 *   theirs is written between then and the commit
 */
export async function requestEnrollments(
  tx: Tx,
  requests: readonly EnrollmentRequest[],
  { requester, clock }: { readonly requester: Requester; readonly clock: (place: number) => Date },
): Promise<RequestOutcome[]> {
  const stored = await lockEnrollments(tx, requests)
  const lastEvidenceAt = await lastEvidence(
    tx,
    requests.filter(({ action }) => action === 'open_cycle'),
  )
  const erased = await erasedAmong(
    tx,
    requests.filter((request) => request.action === 'enroll' && !stored.has(enrollmentKey(request))).map(({ userId }) => userId),
  )
  const latest = new Map<string, Enrollment>(stored)
  const outcomes = requests.map((request, place): RequestOutcome => {
    const key = enrollmentKey(request)
    const current = latest.get(key) ?? null
    const reason = forbids(requester, current, request)
    if (reason !== null) return { kind: 'forbidden', reason }
    if (erased.has(request.userId)) return { kind: 'erased', reason: 'the learner was erased: nothing is recorded of them' }
    const decision = decideEnrollment(current, request, { takenAt: clock(place), lastEvidenceAt: lastEvidenceAt.get(key) ?? null })
    if ('enrollment' in decision) latest.set(key, decision.enrollment)
    return decision
  })
  await write(tx, stored, latest, outcomes)
  return outcomes
}

async function write(
  tx: Tx,
  stored: ReadonlyMap<string, Enrollment>,
  latest: ReadonlyMap<string, Enrollment>,
  outcomes: readonly RequestOutcome[],
): Promise<void> {
  const opened = outcomes.filter((outcome) => outcome.kind === 'cycle-opened')
  const changed = new Set(
    outcomes.flatMap((outcome) =>
      outcome.kind === 'changed' || outcome.kind === 'cycle-opened' ? [enrollmentKey(outcome.enrollment)] : [],
    ),
  )
  const moved = [...latest].filter(([key, enrollment]) => enrollment !== stored.get(key))
  await noteRequests(
    tx,
    moved.filter(([key]) => !changed.has(key)).map(([, enrollment]) => enrollment),
  )
  const written = moved.filter(([key]) => changed.has(key))
  await changeEnrollments(tx, {
    added: written.filter(([key]) => !stored.has(key)).map(([, enrollment]) => enrollment),
    changed: written.filter(([key]) => stored.has(key)).map(([, enrollment]) => enrollment),
  })
  await addClosedCycles(
    tx,
    opened.map(({ closed, enrollment }) => ({ enrollment: closed, closedAt: enrollment.cycleStartedAt })),
  )
  // What is recorded belongs to the cycle that was stored as open, also when the batch opens several.
  const withRecords = new Map(
    opened.flatMap(({ closed }) => stored.get(enrollmentKey(closed)) ?? []).map((one) => [enrollmentKey(one), one]),
  )
  await moveEvidence(tx, [...withRecords.values()])
}

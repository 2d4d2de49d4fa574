import { NOTHING_DONE } from './done-items'
import {
  decideEnrollment,
  withCompletion,
  withRevocation,
  type Enrollment,
  type EnrollmentAction,
  type EnrollmentRequest,
  type EnrollmentStatus,
} from './enrollment'

const request = (action: EnrollmentAction, at = 10): EnrollmentRequest => ({
  userId: 'u',
  courseVersionId: 'v',
  action,
  sourceOfEnrollment: 'solo_subscription',
  orgId: null,
  dueAt: null,
  requestedAt: new Date(at),
})

const enrollment = (over: Partial<Enrollment> = {}): Enrollment => ({
  userId: 'u',
  courseVersionId: 'v',
  status: 'active',
  enrolledAt: new Date(1),
  completedAt: null,
  sourceOfEnrollment: null,
  orgId: null,
  dueAt: null,
  cycle: 1,
  cycleStartedAt: new Date(0),
  revision: 7,
  requestedAt: new Date(1),
  revokedCompletionId: null,
  statusReason: null,
  doneItems: NOTHING_DONE,
  percentage: 0,
  ...over,
})

describe('decideEnrollment', () => {
  it('creates an active enrollment whose first cycle began in 1970', () => {
    expect(decideEnrollment(null, request('enroll'))).toMatchObject({
      kind: 'changed',
      enrollment: {
        status: 'active',
        cycle: 1,
        cycleStartedAt: new Date(0),
        enrolledAt: new Date(10),
        revision: 0,
        requestedAt: new Date(10),
      },
    })
  })

  it.each(['cancel', 'revoke', 'reactivate', 'open_cycle'] as const)('has nothing to %s without an enrollment', (action) => {
    expect(decideEnrollment(null, request(action))).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining(`action ${action}`) as string,
    })
  })

  const table: [EnrollmentStatus, EnrollmentAction, EnrollmentStatus | 'unchanged' | 'refused'][] = [
    ['active', 'enroll', 'unchanged'],
    ['active', 'cancel', 'cancelled_by_user'],
    ['active', 'revoke', 'revoked_by_admin'],
    ['active', 'reactivate', 'unchanged'],
    ['completed', 'enroll', 'unchanged'],
    ['completed', 'cancel', 'refused'],
    ['completed', 'revoke', 'revoked_by_admin'],
    ['completed', 'reactivate', 'unchanged'],
    ['cancelled_by_user', 'enroll', 'active'],
    ['cancelled_by_user', 'cancel', 'unchanged'],
    ['cancelled_by_user', 'revoke', 'revoked_by_admin'],
    ['cancelled_by_user', 'reactivate', 'active'],
    ['revoked_by_admin', 'enroll', 'refused'],
    ['revoked_by_admin', 'cancel', 'unchanged'],
    ['revoked_by_admin', 'revoke', 'unchanged'],
    ['revoked_by_admin', 'reactivate', 'active'],
    ['active', 'open_cycle', 'refused'],
  ]
  it.each(table)('%s, %s: %s', (status, action, expected) => {
    const current = enrollment({ status, completedAt: status === 'completed' ? new Date(2) : null })
    const decision = decideEnrollment(current, request(action))
    if (expected === 'unchanged' || expected === 'refused') expect(decision.kind).toBe(expected)
    else expect(decision).toMatchObject({ kind: 'changed', enrollment: { status: expected, revision: 7, requestedAt: new Date(10) } })
    if (expected === 'unchanged') expect(decision).toEqual({ kind: 'unchanged', enrollment: { ...current, requestedAt: new Date(10) } })
  })

  it('reactivates a completed and then revoked enrollment as completed', () => {
    const revoked = enrollment({ status: 'revoked_by_admin', completedAt: new Date(2) })
    expect(decideEnrollment(revoked, request('reactivate'))).toMatchObject({ enrollment: { status: 'completed' } })
  })

  it('applies a request only when it is later than the last one applied', () => {
    const current = enrollment({ requestedAt: new Date(10) })
    expect(decideEnrollment(current, request('cancel', 10))).toEqual({ kind: 'unchanged', enrollment: current })
    expect(decideEnrollment(current, request('cancel', 9))).toEqual({ kind: 'unchanged', enrollment: current })
    expect(decideEnrollment(current, request('cancel', 11)).kind).toBe('changed')
  })
})

describe('completions and revocations', () => {
  const completion = { completionId: 'c', cycle: 1, completedAt: new Date(5) }

  it('completes, also after a cancellation; a revoked enrollment keeps its status', () => {
    expect(withCompletion(enrollment(), completion)).toMatchObject({ status: 'completed', completedAt: new Date(5) })
    expect(withCompletion(enrollment({ status: 'cancelled_by_user' }), completion)).toMatchObject({ status: 'completed' })
    expect(withCompletion(enrollment({ status: 'revoked_by_admin' }), completion)).toMatchObject({
      status: 'revoked_by_admin',
      completedAt: new Date(5),
    })
  })

  it('changes nothing on a repeat or for another cycle', () => {
    const completed = withCompletion(enrollment(), completion)
    expect(withCompletion(completed, completion)).toBe(completed)
    expect(withCompletion(completed, { ...completion, cycle: 2 })).toBe(completed)
  })

  it('lets the revocation win in either order', () => {
    const after = withRevocation(withCompletion(enrollment(), completion), completion)
    const before = withCompletion(withRevocation(enrollment(), completion), completion)
    expect(after).toEqual(before)
    expect(after).toMatchObject({ status: 'revoked_by_admin', completedAt: null, revokedCompletionId: 'c' })
    expect(withRevocation(after, completion)).toBe(after)
  })
})

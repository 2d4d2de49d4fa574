import { NOTHING_DONE } from './done-items'
import {
  decideEnrollment as decide,
  revised,
  withCompletion,
  withRevocation,
  type Enrollment,
  type EnrollmentAction,
  type EnrollmentRequest,
  type EnrollmentStatus,
  type Taking,
} from './enrollment'

const request = (action: EnrollmentAction, at = 10, over: Partial<EnrollmentRequest> = {}): EnrollmentRequest => ({
  userId: 'u',
  courseVersionId: 'v',
  action,
  sourceOfEnrollment: 'solo_subscription',
  orgId: null,
  dueAt: null,
  reason: 'because',
  requestedAt: new Date(at),
  ...over,
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

const taking: Taking = { takenAt: new Date(100), lastEvidenceAt: null }
const decideEnrollment = (current: Enrollment | null, asked: EnrollmentRequest) => decide(current, asked, taking)

describe('decideEnrollment', () => {
  it('takes a request that names no time as the latest, also when the clock went back since the one before', () => {
    const current = enrollment({ requestedAt: new Date(50) })
    expect(decideEnrollment(current, request('cancel', 10, { isNow: true }))).toMatchObject({
      kind: 'changed',
      enrollment: { status: 'cancelled_by_user', requestedAt: new Date(51) },
    })
    expect(decideEnrollment(current, request('cancel', 10))).toMatchObject({ kind: 'unchanged' })
  })

  it('creates an active enrollment whose first cycle began in 1970', () => {
    expect(decideEnrollment(null, request('enroll'))).toMatchObject({
      kind: 'changed',
      enrollment: {
        status: 'active',
        statusReason: 'because',
        cycle: 1,
        cycleStartedAt: new Date(0),
        enrolledAt: new Date(10),
        revision: 100_000,
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
    ['cancelled_by_user', 'open_cycle', 'refused'],
  ]
  it.each(table)('%s, %s: %s', (status, action, expected) => {
    const current = enrollment({ status, statusReason: 'before', completedAt: status === 'completed' ? new Date(2) : null })
    const decision = decideEnrollment(current, request(action))
    if (expected === 'unchanged' || expected === 'refused') expect(decision.kind).toBe(expected)
    else
      expect(decision).toMatchObject({
        kind: 'changed',
        enrollment: { status: expected, statusReason: 'because', revision: 100_000, requestedAt: new Date(10) },
      })
    if (expected === 'unchanged') expect(decision).toEqual({ kind: 'unchanged', enrollment: { ...current, requestedAt: new Date(10) } })
  })

  it('reactivates a completed and then revoked enrollment as completed', () => {
    const revoked = enrollment({ status: 'revoked_by_admin', completedAt: new Date(2) })
    expect(decideEnrollment(revoked, request('reactivate'))).toMatchObject({ enrollment: { status: 'completed' } })
  })

  it('forgets the reason of a status when the next is given none', () => {
    const revoked = enrollment({ status: 'revoked_by_admin', statusReason: 'before' })
    expect(decideEnrollment(revoked, request('reactivate', 10, { reason: null }))).toMatchObject({ enrollment: { statusReason: null } })
  })

  it('applies a request only when it is later than the last one applied', () => {
    const current = enrollment({ requestedAt: new Date(10) })
    expect(decideEnrollment(current, request('cancel', 10))).toEqual({ kind: 'unchanged', enrollment: current })
    expect(decideEnrollment(current, request('cancel', 9))).toEqual({ kind: 'unchanged', enrollment: current })
    expect(decideEnrollment(current, request('cancel', 11)).kind).toBe('changed')
  })
})

describe('the revision', () => {
  it('is the time at which the change was taken, in microseconds, or one more than the last', () => {
    expect([0, 99_999, 100_000, 100_007].map((revision) => revised(enrollment({ revision }), new Date(100)).revision)).toEqual([
      100_000, 100_000, 100_001, 100_008,
    ])
  })

  it('stays where nothing changes', () => {
    expect(decideEnrollment(enrollment(), request('enroll'))).toMatchObject({ kind: 'unchanged', enrollment: { revision: 7 } })
  })
})

describe('open_cycle', () => {
  const closed = enrollment({
    status: 'completed',
    statusReason: 'before',
    completedAt: new Date(5),
    orgId: 'o',
    dueAt: new Date(6),
    revokedCompletionId: 'c',
    doneItems: Buffer.from([1]),
    percentage: 50,
  })

  it.each(['completed', 'revoked_by_admin'] as const)('starts the next cycle, with nothing done, after one that is %s', (status) => {
    const current = { ...closed, status }
    expect(decideEnrollment(current, request('open_cycle'))).toEqual({
      kind: 'cycle-opened',
      closed: current,
      enrollment: {
        ...current,
        status: 'active',
        statusReason: 'because',
        completedAt: null,
        dueAt: null,
        cycle: 2,
        cycleStartedAt: new Date(100),
        revision: 100_000,
        requestedAt: new Date(10),
        revokedCompletionId: null,
        doneItems: NOTHING_DONE,
        percentage: 0,
      },
    })
  })

  it('gives the cycle the due date that is asked for', () => {
    expect(decideEnrollment(closed, request('open_cycle', 10, { dueAt: new Date(900) }))).toMatchObject({
      enrollment: { dueAt: new Date(900) },
    })
  })

  it.each<[string, Partial<Enrollment>, Partial<Taking>]>([
    ['its completion', { completedAt: new Date(199) }, {}],
    ['its start', { cycleStartedAt: new Date(199) }, {}],
    ['what is recorded of it', {}, { lastEvidenceAt: new Date(199) }],
  ])('starts after all of the cycle before, also when the clock stands back: after %s', (_, over, late) => {
    expect(decide({ ...closed, ...over }, request('open_cycle'), { ...taking, ...late })).toMatchObject({
      enrollment: { cycleStartedAt: new Date(200) },
    })
  })

  it('changes nothing on a repeat', () => {
    const first = decideEnrollment(closed, request('open_cycle'))
    const { enrollment: opened } = first as Extract<typeof first, { enrollment: Enrollment }>
    expect(decideEnrollment(opened, request('open_cycle'))).toEqual({ kind: 'unchanged', enrollment: opened })
    expect(decideEnrollment(opened, request('open_cycle', 11))).toMatchObject({ kind: 'refused' })
  })
})

describe('completions and revocations', () => {
  const completion = { completionId: 'c', cycle: 1, completedAt: new Date(5) }
  const revocation = { completionId: 'c', cycle: 1, reason: 'a mistake' }

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

  it('lets the revocation win in either order, and keeps its reason', () => {
    const after = withRevocation(withCompletion(enrollment(), completion), revocation)
    const before = withCompletion(withRevocation(enrollment(), revocation), completion)
    expect(after).toEqual(before)
    expect(after).toMatchObject({
      status: 'revoked_by_admin',
      statusReason: 'a mistake',
      completedAt: null,
      revokedCompletionId: 'c',
    })
    expect(withRevocation(after, revocation)).toBe(after)
  })

  it('forgets the reason of the status that a completion ends, and keeps that of one that stays', () => {
    const cancelled = enrollment({ status: 'cancelled_by_user', statusReason: 'no time' })
    expect(withCompletion(cancelled, completion)).toMatchObject({ statusReason: null })
    const revoked = enrollment({ status: 'revoked_by_admin', statusReason: 'no fee' })
    expect(withCompletion(revoked, completion)).toMatchObject({ statusReason: 'no fee' })
  })
})

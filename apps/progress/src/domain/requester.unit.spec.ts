import { ENROLLMENT_ACTIONS, type EnrollmentAction, type EnrollmentRequest } from './enrollment'
import { forbids, type Requester } from './requester'

const request = (action: EnrollmentAction, over: Partial<EnrollmentRequest> = {}): EnrollmentRequest => ({
  userId: 'learner',
  courseVersionId: 'v',
  action,
  sourceOfEnrollment: null,
  orgId: null,
  dueAt: null,
  reason: null,
  requestedAt: new Date(1),
  ...over,
})
const of = (orgId: string | null) => ({ orgId })
const learner: Requester = { kind: 'learner', userId: 'learner', orgId: 'ours' }
const other: Requester = { kind: 'learner', userId: 'other', orgId: 'ours' }
const orgAdmin: Requester = { kind: 'org_admin', userId: 'other', orgId: 'ours' }

/** The actions that are not forbidden. */
function allowed(
  requester: Requester,
  current: { orgId: string | null } | null,
  over: Partial<EnrollmentRequest> = {},
): EnrollmentAction[] {
  return ENROLLMENT_ACTIONS.filter((action) => forbids(requester, current, request(action, over)) === null)
}

it('lets the platform do everything', () => {
  for (const current of [null, of(null), of('theirs')])
    expect(allowed({ kind: 'platform' }, current, { orgId: 'any' })).toEqual(ENROLLMENT_ACTIONS)
})

it('lets a learner enroll and cancel, whoever enrolled them', () => {
  for (const current of [null, of(null), of('ours'), of('theirs')]) expect(allowed(learner, current)).toEqual(['enroll', 'cancel'])
})

it('lets a learner name no organisation but that of the token', () => {
  expect(allowed(learner, null, { orgId: 'ours' })).toEqual(['enroll', 'cancel'])
  expect(allowed(learner, null, { orgId: 'theirs' })).toEqual([])
  expect(allowed({ ...learner, orgId: null }, null, { orgId: 'theirs' })).toEqual([])
})

it('lets no learner do anything for another, and tells nothing of whether there is one', () => {
  for (const current of [null, of(null), of('ours')]) expect(allowed(other, current, { orgId: 'ours' })).toEqual([])
  expect(forbids(other, null, request('cancel'))).toBe(forbids(other, of('ours'), request('cancel')))
})

describe('an organisation’s administrator', () => {
  it('does everything to an enrollment of the organisation', () => {
    expect(allowed(orgAdmin, of('ours'))).toEqual(ENROLLMENT_ACTIONS)
    expect(allowed(orgAdmin, of('ours'), { orgId: 'ours' })).toEqual(ENROLLMENT_ACTIONS)
  })

  it('does nothing to one of another organisation or of none, and tells nothing of whether there is one', () => {
    for (const current of [of(null), of('theirs')])
      for (const orgId of [null, 'ours', 'theirs']) expect(allowed(orgAdmin, current, { orgId })).toEqual([])
    expect(forbids(orgAdmin, null, request('cancel'))).toBe(forbids(orgAdmin, of('theirs'), request('cancel')))
  })

  it('enrolls for the organisation, and for no other or none', () => {
    expect(allowed(orgAdmin, null, { orgId: 'ours' })).toEqual(['enroll'])
    expect(allowed(orgAdmin, null, { orgId: 'theirs' })).toEqual([])
    expect(allowed(orgAdmin, null)).toEqual([])
    expect(allowed(orgAdmin, of('ours'), { orgId: 'theirs' })).toEqual([])
  })

  it('is a learner too', () => {
    const own: Requester = { ...orgAdmin, userId: 'learner' }
    expect(allowed(own, null)).toEqual(['enroll', 'cancel'])
    expect(allowed(own, of('theirs'))).toEqual(['enroll', 'cancel'])
    expect(allowed(own, of('ours'))).toEqual(ENROLLMENT_ACTIONS)
  })
})

import { RequestModel } from './request-model'
import type { Action } from './writes'

/** Requests as `action@time`; those that are refused are returned. */
function after(...requests: string[]) {
  const model = new RequestModel()
  const refused = requests.filter((request) => {
    const [action, time] = request.split('@') as [Action, string]
    return !model.apply(action, Number(time))
  })
  return { status: model.status, enrolledAt: model.enrolledAt, cycle: model.cycle, refused }
}

describe('what becomes of an enrollment', () => {
  it('is decided by the latest request that applies', () => {
    expect(after('enroll@1', 'cancel@5', 'reactivate@3')).toEqual({ status: 'cancelled_by_user', enrolledAt: 1, cycle: 1, refused: [] })
    expect(after('enroll@1', 'cancel@5', 'reactivate@6', 'reactivate@6')).toMatchObject({ status: 'active', refused: [] })
    expect(after('enroll@1', 'revoke@2', 'cancel@3')).toMatchObject({ status: 'revoked_by_admin', refused: [] })
  })

  it('is nothing before it is there, and not undone by enrolling again', () => {
    expect(after('cancel@1')).toEqual({ status: null, enrolledAt: null, cycle: 1, refused: ['cancel@1'] })
    expect(after('enroll@1', 'revoke@2', 'enroll@4', 'reactivate@3')).toMatchObject({ status: 'active', refused: ['enroll@4'] })
    expect(after('enroll@1', 'cancel@2', 'enroll@3')).toMatchObject({ status: 'active', enrolledAt: 1, refused: [] })
  })

  it('is a new cycle only after a revocation, and once for a request that is delivered again', () => {
    expect(after('enroll@1', 'revoke@2', 'open_cycle@3', 'open_cycle@3')).toMatchObject({ status: 'active', cycle: 2, refused: [] })
    expect(after('enroll@1', 'open_cycle@3')).toMatchObject({ cycle: 1, refused: ['open_cycle@3'] })
  })
})

import { closedBetween, emptyLedger, withEnrollment, withObservations, type EnrollmentFact } from './ledger'
import { attempt, lesson } from './rule.fixture'

const start = emptyLedger({ courseVersionId: 'v', userId: 'u' })
const fact = (over: Partial<EnrollmentFact> = {}): EnrollmentFact => ({
  status: 'active',
  revision: 3,
  cycle: 1,
  cycleStartedAt: 0,
  orgId: null,
  ...over,
})

describe('withObservations', () => {
  it('adds what is new, and keeps the same object when nothing is', () => {
    const once = withObservations(start, [lesson('a', 4), lesson('a', 4)])
    expect(once.observations).toEqual([lesson('a', 4)])
    expect(withObservations(once, [lesson('a', 4)])).toBe(once)
    expect(withObservations(once, [lesson('a', 6)]).observations).toEqual([lesson('a', 4), lesson('a', 6)])
    expect(withObservations(once, [attempt(10, 4), attempt(20, 4)]).observations).toHaveLength(3)
  })

  it('leaves out what happened before the cycle', () => {
    const second = { ...start, cycle: 2, cycleStartedAt: 10 }
    expect(withObservations(second, [lesson('a', 9)])).toBe(second)
    expect(withObservations(second, [lesson('a', 9), lesson('b', 10)]).observations).toEqual([lesson('b', 10)])
  })
})

describe('withEnrollment', () => {
  it('takes the highest revision; an older or equal one changes nothing', () => {
    const after = withEnrollment(start, fact({ status: 'cancelled_by_user', orgId: 'o' }))
    expect(after).toMatchObject({ status: 'cancelled_by_user', revision: 3, orgId: 'o' })
    expect(withEnrollment(after, fact())).toBe(after)
    expect(withEnrollment(after, fact({ revision: 2 }))).toBe(after)
    expect(closedBetween(start, after)).toBeNull()
  })

  it('takes nothing of a cycle that has ended here, whatever its revision: who says so has lost the cycles since', () => {
    const second = withEnrollment(start, fact({ cycle: 2, cycleStartedAt: 10 }))
    expect(withEnrollment(second, fact({ revision: 4, status: 'cancelled_by_user' }))).toBe(second)
  })

  it('opens a later cycle with what was observed since it began, undecided, and closes the one before', () => {
    const first = withObservations({ ...start, completedAt: 8, status: 'completed', revision: 2 }, [
      lesson('a', 3),
      lesson('b', 9),
      lesson('a', 10),
      lesson('b', 10),
    ])
    const second = withEnrollment(first, fact({ cycle: 2, cycleStartedAt: 10 }))
    expect(second).toMatchObject({ cycle: 2, cycleStartedAt: 10, completedAt: null, status: 'active' })
    expect(second.observations).toEqual([lesson('a', 10), lesson('b', 10)])
    expect(closedBetween(first, second)).toEqual({
      courseVersionId: 'v',
      userId: 'u',
      cycle: 1,
      startedAt: 0,
      endedAt: 10,
      status: 'completed',
    })
  })
})

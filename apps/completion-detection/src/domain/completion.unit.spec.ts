import { decideCompletion, type Decision, type OutsideFact } from './completion'
import type { Observation } from './evidence-log'
import { emptyLedger, withObservations, type Ledger } from './ledger'
import { attempt, lesson, rule } from './rule.fixture'

const ledger = (over: Partial<Ledger> = {}): Ledger => ({
  ...emptyLedger({ courseVersionId: 'v', userId: 'u' }),
  status: 'active',
  ...over,
})

const platformSays = (over: Partial<OutsideFact> = {}): OutsideFact => ({
  detectedBy: 'webhook',
  completedAt: 40,
  receivedAt: 50,
  detectedFrom: 'delivery-1',
  reason: null,
  ...over,
})

const byEvents = (completedAt: number, score: number): Decision => ({
  kind: 'completed',
  completion: { completedAt, score, detectedBy: 'events', detectedFrom: null, reason: null },
})

/** given(ledger).and(facts…).when(observations…).then(decision) */
const given = (start: Ledger, ...facts: OutsideFact[]) => ({
  and: (...more: OutsideFact[]) => given(start, ...facts, ...more),
  when: (...observations: Observation[]) => ({
    then: (expected: Decision) => expect(decideCompletion(withObservations(start, observations), rule, facts)).toEqual(expected),
  }),
})

describe('decideCompletion', () => {
  it('completes with the last required item, at the latest event time, with the score frozen', () => {
    given(ledger()).when(lesson('a', 5), lesson('b', 9), attempt(80, 7)).then(byEvents(9, 80))
  })

  it('progresses while something required is missing', () => {
    given(ledger()).when(lesson('a'), lesson('b'), lesson('extra')).then({ kind: 'progressed', percentage: 66 })
    given(ledger()).when(lesson('a'), lesson('b'), attempt(69)).then({ kind: 'progressed', percentage: 66 })
  })

  it('counts the best attempt for the score, and the first passing one for the time', () => {
    given(ledger()).when(lesson('a', 1), lesson('b', 1), attempt(10, 2), attempt(95, 8), attempt(75, 3)).then(byEvents(3, 95))
  })

  it('decides once: a frozen completion stays, whatever is added', () => {
    given(ledger({ completedAt: 4 }))
      .and(platformSays())
      .when(lesson('a', 1), lesson('b', 1), attempt(100, 1))
      .then({ kind: 'already-complete' })
  })

  it.each([null, 'cancelled_by_user', 'revoked_by_admin', 'completed'] as const)(
    'keeps the evidence and decides nothing while the status is %s',
    (status) => {
      given(ledger({ status })).and(platformSays()).when(lesson('a'), lesson('b'), attempt(90)).then({ kind: 'not-active' })
    },
  )

  it('decides nothing without a rule', () => {
    expect(decideCompletion(ledger(), null)).toEqual({ kind: 'not-evaluable' })
  })
})

describe('what is said from outside', () => {
  const completed = (fact: OutsideFact, completedAt: number): Decision => {
    const { detectedBy, detectedFrom, reason } = fact
    return { kind: 'completed', completion: { completedAt, score: undefined, detectedBy, detectedFrom, reason } }
  }

  it('satisfies the whole rule, at its own date or, without one, when it was heard', () => {
    given(ledger()).and(platformSays()).when().then(completed(platformSays(), 40))
    const undated = platformSays({ completedAt: null, detectedBy: 'manual', reason: 'Seen in class.' })
    given(ledger()).and(undated).when(lesson('a')).then(completed(undated, 50))
  })

  it('gives way to the evidence of the course itself', () => {
    given(ledger()).and(platformSays()).when(lesson('a', 5), lesson('b', 9), attempt(80, 7)).then(byEvents(9, 80))
  })

  it('counts by its date in a later cycle, and there not without one', () => {
    const second = ledger({ cycle: 2, cycleStartedAt: 30 })
    given(second)
      .and(platformSays({ completedAt: 29 }))
      .when()
      .then({ kind: 'progressed', percentage: 0 })
    given(second)
      .and(platformSays({ completedAt: null }))
      .when()
      .then({ kind: 'progressed', percentage: 0 })
    given(second)
      .and(platformSays({ completedAt: 30 }))
      .when()
      .then(completed(platformSays(), 30))
  })

  it('decides by what was heard first', () => {
    const first = platformSays({ detectedBy: 'checker', completedAt: 45 })
    given(ledger()).and(first, platformSays()).when().then(completed(first, 45))
  })
})

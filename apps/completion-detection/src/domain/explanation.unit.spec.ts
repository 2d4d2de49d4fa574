import { explain } from './explanation'
import { ALL, at, attempt, closed, completion, fact, lesson, optionalOnly, record } from './explanation.fixture'

const open = (...of: Parameters<typeof record>) => explain(record(...of)).open

describe('the rule', () => {
  it('tells of each part whether it is satisfied, by name, and since when', () => {
    const { rule, percentage } = open([lesson('wash', 5), lesson('wash', 2), attempt(60, 3), attempt(65, 4)])
    const quiz = { kind: 'quiz', title: 'Final quiz', satisfied: false, doneAt: null, passThreshold: 70, bestScore: 65 }
    expect(rule).toMatchObject({
      required: [{ id: 'wash', kind: 'lesson', title: 'How to wash', satisfied: true, doneAt: at(2), passThreshold: null }, quiz],
      electives: [{ choose: 1, done: 0, satisfied: false, of: [{ id: 'rinse' }, { id: 'dry' }] }],
      optional: [],
    })
    expect(percentage).toBe(33)
  })

  it('tells the evidence of each item: where the event lies, when it happened and came', () => {
    const { rule } = open([lesson('wash', 5), lesson('wash', 2), attempt(60, 3)])
    const [wash, quiz] = rule!.required
    const place = (offset: number, n: number) => ({ partition: 3, offset, at: at(n), receivedAt: at(n + 1) })
    expect(wash!.evidence).toEqual([
      { topic: 'lesson.completed', score: null, ...place(105, 5) },
      { topic: 'lesson.completed', score: null, ...place(102, 2) },
    ])
    expect(quiz!.evidence).toEqual([{ topic: 'quiz.attempted', score: 60, ...place(103, 3) }])
  })

  it('tells of electives how many are done, and of other items only what there is', () => {
    const { rule } = open([lesson('rinse', 1), lesson('dry', 2), lesson('extra', 3)])
    expect(rule!.electives).toMatchObject([{ choose: 1, done: 2, satisfied: true }])
    expect(rule!.optional).toMatchObject([{ id: 'extra', satisfied: true }])
    expect(open([lesson('rinse', 1)]).rule!.electives).toMatchObject([{ done: 1, satisfied: true }])
  })
})

describe('what is not decided', () => {
  const ledger = (status: 'completed' | 'cancelled_by_user' | null) => ({ ledger: { ...record([]).ledger, status } })
  it.each([
    ['incomplete', open([lesson('wash', 1)])],
    ['unknown-enrollment', open([], ledger(null))],
    ['not-active', open([], ledger('cancelled_by_user'))],
    ['not-active', open([], ledger('completed'))],
    ['unknown-course-version', open([], { course: null })],
    ['unknown-course-version', open([], { course: null, ...ledger(null) })],
    ['not-active', open([], { course: null, ...ledger('cancelled_by_user') })],
    ['nothing-required', open([], { course: optionalOnly })],
    ['awaits-sweep', open(ALL)],
    [null, open(ALL, { completions: [completion()] })],
    [null, open([], { course: null, completions: [completion()] })],
  ])('is so because %s', (undecided, cycle) => {
    expect(cycle.undecided).toBe(undecided)
  })

  it('has no percentage and no rule while the course version is unknown', () => {
    expect(open([], { course: null })).toMatchObject({ percentage: null, rule: null, isRuleOfVersion: null })
  })
})

describe('a completion', () => {
  it('is 100, whatever the evidence; once revoked it is by the evidence', () => {
    const revoked = { at: new Date(at(9)), by: 'admin-1', reason: 'No.' }
    expect(open([], { completions: [completion({ detectedBy: 'manual' })] }).percentage).toBe(100)
    expect(open([lesson('wash', 1)], { completions: [completion({ revoked })] }).percentage).toBe(33)
  })

  it.each([
    [true, completion()],
    [false, completion({ ruleHash: 'of another rule' })],
    [null, completion({ ruleHash: null })],
  ])('was decided by the rule of the version: %s', (expected, one) => {
    expect(open(ALL, { completions: [one] }).isRuleOfVersion).toBe(expected)
  })
})

describe('cycles', () => {
  const second = { ...record([]).ledger, cycle: 3, cycleStartedAt: at(200) }

  it('are told with what was observed and decided in each, the latest first', () => {
    const told = explain(
      record([], {
        ledger: second,
        closed: [
          closed({ observations: ALL }),
          closed({ cycle: 2, startedAt: at(100), endedAt: at(200), status: 'revoked_by_admin', observations: [lesson('wash', 110)] }),
        ],
        completions: [completion()],
      }),
    )
    expect(told.open).toMatchObject({ cycle: 3, startedAt: at(200), endedAt: null, completion: null, percentage: 0 })
    expect(told.earlier).toMatchObject([
      { cycle: 2, status: 'revoked_by_admin', completion: null, undecided: 'closed', percentage: 33 },
      { cycle: 1, endedAt: at(100), completion: { completionId: 'completion-1' }, undecided: null, percentage: 100 },
    ])
  })

  it('of which only the completion is known are told too', () => {
    const { earlier } = explain(record([], { ledger: second, completions: [completion({ cycle: 2 })] }))
    expect(earlier).toMatchObject([{ cycle: 2, startedAt: null, endedAt: null, status: null, completion: { cycle: 2 } }])
  })
})

describe('what was said from outside', () => {
  const told = (...facts: ReturnType<typeof fact>[]) =>
    explain(
      record([], {
        ledger: { ...record([]).ledger, cycle: 2, cycleStartedAt: at(100) },
        closed: [closed()],
        completions: [completion({ detectedBy: 'webhook', detectedFrom: 'delivery-1' })],
        outside: facts,
      }),
    ).outside.map(({ cycle, decided }) => [cycle, decided])

  it('belongs to the cycle of its date, without one to the first', () => {
    const dated = (n: number | null) => fact({ completedAt: n === null ? null : at(n), detectedFrom: 'delivery-2' })
    expect(told(dated(99), dated(100), dated(null))).toEqual([
      [1, false],
      [2, false],
      [1, false],
    ])
  })

  it('is told apart from what decided its cycle', () => {
    const facts = [fact(), fact({ detectedBy: 'checker' }), fact({ completedAt: at(150) })]
    expect(told(...facts).map(([, decided]) => decided)).toEqual([true, false, false])
  })

  it('is of no known cycle where a gap is', () => {
    const ledger = { ...record([]).ledger, cycle: 2, cycleStartedAt: at(100) }
    expect(explain(record([], { ledger, outside: [fact()] })).outside[0]!.cycle).toBeNull()
  })
})

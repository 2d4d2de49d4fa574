import { explain } from './explanation'
import { SWEEP } from './detection'
import { ALL, at, attempt, closed, completion, fact, lesson, optionalOnly, record } from './explanation.fixture'
import { inWords } from './explanation-text'

const words = (...of: Parameters<typeof record>) => inWords(explain(record(...of)))
const line = (text: string, start: string) => text.split('\n').find((one) => one.startsWith(start))

it('tells what is missing and what there is, with its evidence', () => {
  expect(words([lesson('wash', 1), attempt(60, 3)])).toBe(`Course “Clean hands” (version version-1), learner user-1.
Enrollment: active.

Cycle 1, the open cycle: not complete, 33 %.
Missing: quiz “Final quiz” (70 to pass, best 60); 1 more of “How to rinse”, “How to dry”.
Required:
  [x] lesson “How to wash”: done 2026-01-05T00:00:01.000Z
      lesson.completed-3-101: occurred 2026-01-05T00:00:01.000Z, received 2026-01-05T00:00:02.000Z
  [ ] quiz “Final quiz” (70 to pass, best 60)
      quiz.attempted-3-103: score 60, occurred 2026-01-05T00:00:03.000Z, received 2026-01-05T00:00:04.000Z
Any 1 of 2, 0 done:
  [ ] lesson “How to rinse”
  [ ] lesson “How to dry”
`)
})

it('tells the decision, what was said from outside, what waits, and every cycle', () => {
  const revoked = { at: new Date(at(300)), by: 'admin-1', reason: 'Taken by somebody else.' }
  const told = words([], {
    ledger: { ...record([]).ledger, status: 'completed', cycle: 2, cycleStartedAt: at(100), observations: [lesson('extra', 210)] },
    closed: [closed({ observations: ALL })],
    completions: [completion(), completion({ cycle: 2, detectedBy: 'manual', detectedFrom: 'admin-2', reason: 'On paper.', revoked })],
    outside: [fact({ detectedBy: 'manual', detectedFrom: 'admin-2', completedAt: at(150), reason: 'On paper.' })],
    waiting: [
      {
        topic: 'lesson.completed',
        partition: 3,
        offset: '7',
        reason: 'course version version-1 is unknown',
        recordTime: new Date(at(1)),
        parkedAt: new Date(at(2)),
      },
    ],
  })
  expect(told).toContain('Cycle 2, the open cycle: completion revoked.\n')
  expect(told).toContain('Decided 2026-01-05T00:00:04.000Z by hand by admin-2, whatever the events below say: “On paper.”\n')
  expect(told).toContain('Revoked 2026-01-05T00:05:00.000Z by admin-1: “Taken by somebody else.” Final for the cycle.\n')
  expect(told).toContain('Beside it:\n  [x] lesson “How to extra”: done 2026-01-05T00:03:30.000Z\n')
  expect(told).toContain(
    'Said from outside:\n  manual admin-2 for 2026-01-05T00:02:30.000Z, received 2026-01-05T00:00:05.000Z: decided cycle 2, “On paper.”\n',
  )
  expect(told).toContain(
    'Events that wait:\n  lesson.completed-3-7: course version version-1 is unknown; received 2026-01-05T00:00:01.000Z, waits since 2026-01-05T00:00:02.000Z\n',
  )
  expect(told).toContain('Cycle 1, until 2026-01-05T00:01:40.000Z: complete since 2026-01-05T00:00:03.000Z.\n')
  expect(told).toContain('Decided 2026-01-05T00:00:04.000Z from the events below.\nScore: 80.\nRule: ')
})

it.each([
  ['from the events below.', completion()],
  ['by the sweep, from the events below.', completion({ detectedFrom: SWEEP })],
  ['because a platform said so in webhook delivery d-1, whatever', completion({ detectedBy: 'webhook', detectedFrom: 'd-1' })],
  ['because the check of the platform said so in run r-1, whatever', completion({ detectedBy: 'checker', detectedFrom: 'r-1' })],
])('tells what found a completion: %s', (expected, one) => {
  expect(line(words(ALL, { completions: [one] }), 'Decided')).toContain(expected)
})

it.each([
  [/^Rule: [0-9a-f-]{36}, that of the version\.$/, completion()],
  [/^Rule: old, not the one that the version has now\.$/, completion({ ruleHash: 'old' })],
  [/^Rule: not known, the completion was read back from Kafka\.$/, completion({ ruleHash: null })],
])('tells the rule that decided: %s', (expected, one) => {
  expect(line(words(ALL, { completions: [one] }), 'Rule')).toMatch(expected)
})

it.each([
  ['the course version has not arrived', { course: null }],
  ['no enrollment has arrived', { ledger: { ...record([]).ledger, status: null } }],
  ['the enrollment is cancelled_by_user', { ledger: { ...record([]).ledger, status: 'cancelled_by_user' as const } }],
  ['the course version requires nothing', { course: optionalOnly }],
])('tells why nothing is decided: %s', (reason, change) => {
  expect(line(words([], change), 'Nothing is decided')).toContain(reason)
})

it('tells of a satisfied ledger that the sweep decides it, and of a closed cycle that nothing will', () => {
  expect(words(ALL)).toContain('the next sweep does it')
  expect(words([], { ledger: { ...record([]).ledger, cycle: 2 }, closed: [closed()] })).toContain('It was closed without a completion.')
})

it('keeps a title or a reason from passing for a line of ours', () => {
  const told = words([], { completions: [completion({ detectedBy: 'manual', reason: 'x”\n\nRevoked by nobody' })] })
  expect(told.split('\n').some((one) => one.startsWith('Revoked'))).toBe(false)
})

import type { UnsentStatement } from '../persistence/statement-store'
import type { Answer } from './answer'
import { deliver } from './deliver'

const STORED: Answer = { kind: 'stored' }
const refused = (status: number): Answer => ({ kind: 'refused', status, reason: `answered ${status}` })
const statements = (count: number): UnsentStatement[] => Array.from({ length: count }, (_, i) => ({ statementId: String(i), body: '{}' }))

/** Delivers `count` statements to a store that answers as told, and returns what became of them. */
async function delivered(count: number, answer: (ids: string[]) => Answer) {
  const calls: string[][] = []
  const sent: string[] = []
  const failed: Record<string, string> = {}
  const outcome = await deliver(statements(count), {
    store: async (batch) => {
      calls.push(batch.map(({ statementId }) => statementId))
      return answer(calls.at(-1)!)
    },
    sent: async (batch) => void sent.push(...batch.map(({ statementId }) => statementId)),
    failed: async ({ statementId }, reason) => void (failed[statementId] = reason),
  })
  return { outcome, calls, sent, failed }
}

it('sends a good batch in one call', async () => {
  expect(await delivered(3, () => STORED)).toEqual({
    outcome: { kind: 'settled' },
    calls: [['0', '1', '2']],
    sent: ['0', '1', '2'],
    failed: {},
  })
})

it('finds the one bad statement among 200 in few calls and sends the others in order', async () => {
  const { outcome, calls, sent, failed } = await delivered(200, (ids) => (ids.includes('137') ? refused(400) : STORED))
  expect(outcome).toEqual({ kind: 'settled' })
  expect(failed).toEqual({ 137: 'answered 400' })
  expect(sent).toEqual(
    statements(200)
      .map(({ statementId }) => statementId)
      .filter((id) => id !== '137'),
  )
  expect(calls.length).toBeLessThanOrEqual(17)
})

it('sends the others when several are bad', async () => {
  const { sent, failed } = await delivered(5, (ids) => (ids.includes('0') || ids.includes('4') ? refused(422) : STORED))
  expect(sent).toEqual(['1', '2', '3'])
  expect(Object.keys(failed)).toEqual(['0', '4'])
})

it('takes a statement in conflict as delivered, and only that one', async () => {
  const { sent, failed } = await delivered(4, (ids) => (ids.includes('2') ? refused(409) : STORED))
  expect(sent).toEqual(['0', '1', '2', '3'])
  expect(failed).toEqual({})
})

it.each<Answer>([
  { kind: 'later', delayMs: 1_000 },
  { kind: 'unavailable', reason: 'answered 500' },
])('leaves what is not settled as it is when the store stops answering: %j', async (last) => {
  const { outcome, calls, sent, failed } = await delivered(4, (ids) =>
    ids.length === 4 ? refused(400) : ids.includes('0') ? STORED : last,
  )
  expect(outcome).toEqual(last)
  expect(calls).toEqual([
    ['0', '1', '2', '3'],
    ['0', '1'],
    ['2', '3'],
  ])
  expect({ sent, failed }).toEqual({ sent: ['0', '1'], failed: {} })
})

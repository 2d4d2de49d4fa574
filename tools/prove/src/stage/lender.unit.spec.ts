import { Lender } from './lender'
import type { WholeStack } from './whole-stack'

function lender() {
  const started: { stop: jest.Mock; remove: jest.Mock; dir: string }[] = []
  const start = async () => {
    const stack = { stop: jest.fn(async () => undefined), remove: jest.fn(), dir: `/tmp/${started.length}` }
    started.push(stack)
    return stack as unknown as WholeStack
  }
  return { started, lender: new Lender(start, () => undefined) }
}

const { signal } = new AbortController()

describe('Lender', () => {
  it('lends the same stack while all is well in it', async () => {
    const { started, lender: it } = lender()
    const first = await it.lend(signal)
    await it.takeBack(first, true)
    expect(await it.lend(signal)).toBe(first)
    await it.close()
    expect(started).toHaveLength(1)
    expect(started[0]!.remove).toHaveBeenCalled()
  })

  it('stops one in which something was wrong, keeps its logs and starts another', async () => {
    const { started, lender: it } = lender()
    const first = await it.lend(signal)
    await it.takeBack(first, false)
    expect(started[0]!.stop).toHaveBeenCalled()
    expect(started[0]!.remove).not.toHaveBeenCalled()
    expect(await it.lend(signal)).not.toBe(first)
  })
})

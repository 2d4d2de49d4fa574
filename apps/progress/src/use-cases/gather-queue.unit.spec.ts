import { GatherQueue, QueueFullError, type GatherOptions } from './gather-queue'

class Outage extends Error {}

/** A queue whose batches wait until the test lets them end. */
function gathering(change: Partial<GatherOptions> = {}) {
  const written: { readonly batch: readonly string[]; end(error?: Error): void }[] = []
  const options = { maxRows: 3, waitMs: 2, writers: 1, maxQueuedRows: 5, maxAgeMs: 250, ...change }
  const queue = new GatherQueue<string, string>(
    options,
    (batch) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve(batch.map((entry) => entry.toUpperCase())))
        written.push({ batch, end })
      }),
    (error) => error instanceof Outage,
  )
  return { queue, written, batches: () => written.map(({ batch }) => batch.join('')) }
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }))
afterEach(() => jest.useRealTimers())

const settled = () => jest.advanceTimersByTimeAsync(0)

it('writes what came within the wait in one batch, and answers each its own', async () => {
  const { queue, written, batches } = gathering()
  const answers = Promise.all([queue.submit('a', 1), queue.submit('b', 1)])
  expect(batches()).toEqual([])
  await jest.advanceTimersByTimeAsync(2)
  expect(batches()).toEqual(['ab'])
  written[0]!.end()
  expect(await answers).toEqual(['A', 'B'])
})

it('does not wait once a batch is full, and counts rows, not entries', async () => {
  const { queue, batches } = gathering()
  void queue.submit('a', 2)
  void queue.submit('b', 2)
  void queue.submit('c', 1)
  expect(batches()).toEqual(['ab'])
})

it('answers nobody before the batch is written', async () => {
  const { queue, written } = gathering({ waitMs: 0 })
  let answered = false
  void queue.submit('a', 1).then(() => (answered = true))
  await settled()
  expect(answered).toBe(false)
  written[0]!.end()
  await settled()
  expect(answered).toBe(true)
})

it('writes no more batches side by side than it has writers, and goes on when one ends', async () => {
  const { queue, written, batches } = gathering({ waitMs: 0, maxRows: 1, writers: 2 })
  for (const name of 'abcd') void queue.submit(name, 1)
  expect(batches()).toEqual(['a', 'b'])
  written[0]!.end()
  await settled()
  expect(batches()).toEqual(['a', 'b', 'c'])
})

it('refuses more rows than may wait, and takes them again when there is room', async () => {
  const { queue, written } = gathering({ maxQueuedRows: 2 })
  void queue.submit('a', 3)
  void queue.submit('b', 2)
  await expect(queue.submit('c', 1)).rejects.toMatchObject({ reason: 'rows' })
  written[0]!.end()
  await settled()
  const taken = queue.submit('c', 1)
  written[1]!.end()
  await settled()
  await jest.advanceTimersByTimeAsync(2)
  written[2]!.end()
  expect(await taken).toBe('C')
})

it('refuses new entries while a whole batch waits too long, which is written all the same', async () => {
  const { queue, written, batches } = gathering({ waitMs: 0 })
  void queue.submit('a', 1)
  const old = queue.submit('b', 3)
  await jest.advanceTimersByTimeAsync(251)
  expect(queue.full()).toBe('age')
  await expect(queue.submit('c', 1)).rejects.toBeInstanceOf(QueueFullError)
  written[0]!.end()
  await settled()
  expect(queue.full()).toBeNull()
  const next = queue.submit('d', 1)
  written[1]!.end()
  await settled()
  written[2]!.end()
  expect(await Promise.all([old, next])).toEqual(['B', 'D'])
  expect([batches(), queue.depth]).toEqual([['a', 'b', 'd'], 0])
})

it('takes new entries while what waits goes with the next batch, however long that takes', async () => {
  const { queue, written } = gathering({ waitMs: 0 })
  void queue.submit('a', 1)
  void queue.submit('b', 1)
  await jest.advanceTimersByTimeAsync(60_000)
  expect(queue.full()).toBeNull()
  const late = queue.submit('c', 1)
  written[0]!.end()
  await settled()
  written[1]!.end()
  expect(await late).toBe('C')
})

it('halves a failing batch until the bad entry fails alone', async () => {
  const bad = new Error('b is bad')
  const { queue, written, batches } = gathering()
  const answers = Promise.allSettled([queue.submit('a', 1), queue.submit('b', 1), queue.submit('c', 1)])
  for (let n = 0; n < 5; n++) {
    const { batch, end } = written[n]!
    end(batch.includes('b') ? bad : undefined)
    await settled()
  }
  expect(batches()).toEqual(['abc', 'a', 'bc', 'b', 'c'])
  expect(await answers).toEqual([
    { status: 'fulfilled', value: 'A' },
    { status: 'rejected', reason: bad },
    { status: 'fulfilled', value: 'C' },
  ])
})

it('does not halve a batch that failed because the database is away', async () => {
  const { queue, written, batches } = gathering()
  const answers = Promise.allSettled([queue.submit('a', 1), queue.submit('b', 1), queue.submit('c', 1)])
  written[0]!.end(new Outage())
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(batches()).toEqual(['abc'])
})

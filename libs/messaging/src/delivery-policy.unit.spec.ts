import fc from 'fast-check'
import { fenceRefusal, positionOf } from './fence'
import { applyIsolating, type Application } from './isolate'
import { DEFAULT_RETRY, pauseAfter, withRetry } from './retry'

describe('positionOf', () => {
  it.each<[string, bigint, { fetchedFrom: bigint; last: bigint; firstAfterSeek: boolean }, string]>([
    ['a batch wholly before the fence', 10n, { fetchedFrom: 0n, last: 9n, firstAfterSeek: false }, 'applied'],
    ['a batch that begins at the fence', 10n, { fetchedFrom: 10n, last: 12n, firstAfterSeek: false }, 'continues'],
    ['a batch that overlaps it', 10n, { fetchedFrom: 8n, last: 12n, firstAfterSeek: false }, 'continues'],
    ['a batch from beyond', 10n, { fetchedFrom: 11n, last: 12n, firstAfterSeek: false }, 'beyond'],
    ['the first one after a seek, from beyond', 10n, { fetchedFrom: 11n, last: 12n, firstAfterSeek: true }, 'continues'],
    ['a stale one after a seek', 10n, { fetchedFrom: 0n, last: 5n, firstAfterSeek: true }, 'applied'],
  ])('%s', (_what, fence, batch, kind) => {
    expect(positionOf(fence, batch).kind).toBe(kind)
  })
})

describe('fenceRefusal', () => {
  const bounds = { clusterId: 'c', low: 5n, high: 10n }
  it('accepts a fence of this cluster between the oldest record and the end', () => {
    for (const next of [5n, 7n, 10n]) expect(fenceRefusal({ clusterId: 'c', next }, bounds)).toBeNull()
  })
  it('refuses every other, saying why', () => {
    expect(fenceRefusal({ clusterId: 'c', next: 4n }, bounds)).toBe('the fence is at 4, but the oldest record left is 5')
    expect(fenceRefusal({ clusterId: 'c', next: 11n }, bounds)).toBe('the fence is at 11, but the partition ends at 10')
    expect(fenceRefusal({ clusterId: 'd', next: 7n }, bounds)).toBe('the fence belongs to Kafka cluster d, this is c')
  })
})

describe('applyIsolating', () => {
  const OUTAGE = new Error('database away')
  /** An application over numbers, in which some fail whenever they are part of what is applied. */
  const over = (bad: ReadonlySet<number>) => {
    const applied: number[] = []
    const givenUp: number[] = []
    let attempts = 0
    const application: Application<number> = {
      apply: async (items) => {
        attempts++
        if (items.some((item) => bad.has(item))) throw new Error('bad one')
        applied.push(...items)
      },
      giveUp: async (item) => void givenUp.push(item),
      retry: (attempt) => attempt(),
      isOutage: (error) => error === OUTAGE,
    }
    return { application, applied, givenUp, attempts: () => attempts }
  }

  it('applies all good items once and in order, and gives up exactly the bad ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 80 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 79 }), { maxLength: 6 }),
        async (size, bad) => {
          const items = Array.from({ length: size }, (_, n) => n)
          const { application, applied, givenUp } = over(new Set(bad))
          await applyIsolating(items, application)
          expect(applied).toEqual(items.filter((item) => !bad.includes(item)))
          expect(givenUp).toEqual(items.filter((item) => bad.includes(item)))
        },
      ),
    )
  })

  it('needs about two attempts per halving to find one bad item among 1,024', async () => {
    const { application, attempts } = over(new Set([700]))
    await applyIsolating(
      Array.from({ length: 1_024 }, (_, n) => n),
      application,
    )
    expect(attempts()).toBe(1 + 2 * 10)
  })

  it('stops at an outage without giving anything up', async () => {
    const { application, givenUp } = over(new Set())
    const away: Application<number> = { ...application, apply: () => Promise.reject(OUTAGE) }
    await expect(applyIsolating([1, 2, 3], away)).rejects.toBe(OUTAGE)
    expect(givenUp).toEqual([])
  })
})

describe('withRetry', () => {
  const kinds = { isOutage: (e: unknown) => e === 'outage', isConflict: (e: unknown) => e === 'conflict' }
  const failing = (error: string, times: number) => {
    let attempts = 0
    const pauses: number[] = []
    const run = withRetry(
      async () => {
        if (++attempts <= times) throw error as unknown as Error
      },
      DEFAULT_RETRY,
      kinds,
      async (ms) => pauses.push(ms),
    )
    return { run, attempts: () => attempts, pauses }
  }

  it('repeats a few times what may be the input’s fault, and often what lost against another transaction', async () => {
    await expect(failing('bug', 2).run).resolves.toBeUndefined()
    const bug = failing('bug', 99)
    await expect(bug.run).rejects.toBe('bug')
    expect(bug.attempts()).toBe(DEFAULT_RETRY.attempts)
    const conflict = failing('conflict', 99)
    await expect(conflict.run).rejects.toBe('conflict')
    expect(conflict.attempts()).toBe(DEFAULT_RETRY.conflictAttempts)
  })

  it('does not repeat in an outage', async () => {
    const outage = failing('outage', 99)
    await expect(outage.run).rejects.toBe('outage')
    expect(outage.attempts()).toBe(1)
  })

  it('pauses longer each time, up to the limit, with jitter', () => {
    const longest = Array.from({ length: 12 }, (_, n) => pauseAfter(n + 1, DEFAULT_RETRY, () => 1))
    expect(longest.slice(0, 4)).toEqual([20, 40, 80, 160])
    expect(longest.at(-1)).toBe(DEFAULT_RETRY.longestPauseMs)
    expect(pauseAfter(3, DEFAULT_RETRY, () => 0)).toBe(0)
  })
})

import { Random } from '../random'
import type { Referee, Waits } from './lock-waits'
import { Player } from './player'
import { play } from './turn'

interface Waiting {
  readonly lock: string
  readonly obtain: () => void
  readonly fail: (error: Error) => void
}

/** Locks in memory, as a server has them: a statement is the names of the locks that it takes one after the other, or `commit`. */
class Locks implements Referee {
  private readonly holderOf = new Map<string, Player>()
  private readonly waiting = new Map<Player, Waiting>()
  private readonly frozen = new Set<Player>()

  /** @param lastFirst whether, of those who get their locks at once, the last to wait is the quickest to go on */
  constructor(private readonly lastFirst: boolean) {}

  async run(player: Player, statement: string): Promise<void> {
    await player.turn(statement)
    player.isInDatabase = true
    try {
      if (statement === 'commit') this.release(player)
      else for (const lock of statement.split(' ')) await this.take(player, lock)
    } finally {
      player.isInDatabase = false
    }
  }

  async waits(pids: readonly number[]): Promise<Waits> {
    const waiting = [...this.waiting].filter(([player, { lock }]) => pids.includes(player.pid) && this.holderOf.get(lock) !== player)
    return new Map(waiting.map(([{ pid }, { lock }]) => [pid, [this.holderOf.get(lock)!.pid]]))
  }

  freeze(player: Player): void {
    this.frozen.add(player)
  }

  thaw(player: Player): void {
    this.frozen.delete(player)
    this.goOn(player)
  }

  async sacrifice(player: Player): Promise<void> {
    this.frozen.delete(player)
    this.waiting.get(player)!.fail(new Error('deadlock'))
    this.waiting.delete(player)
    this.release(player)
  }

  private async take(player: Player, lock: string): Promise<void> {
    const holder = this.holderOf.get(lock)
    if (holder !== undefined && holder !== player)
      await new Promise<void>((obtain, fail) => this.waiting.set(player, { lock, obtain, fail }))
    this.holderOf.set(lock, player)
  }

  private release(player: Player): void {
    for (const [lock, holder] of this.holderOf) if (holder === player) this.holderOf.delete(lock)
    for (const [other, { lock }] of this.waiting) if (!this.holderOf.has(lock)) this.holderOf.set(lock, other)
    const all = [...this.waiting.keys()]
    for (const other of this.lastFirst ? all.toReversed() : all) this.goOn(other)
  }

  private goOn(player: Player): void {
    const { lock, obtain } = this.waiting.get(player) ?? {}
    if (!lock || this.holderOf.get(lock) !== player || this.frozen.has(player)) return
    this.waiting.delete(player)
    obtain!()
  }
}

/** Each transaction is repeated until it commits. */
async function schedule(seed: string, transactions: readonly (readonly string[])[], lastFirst = false): Promise<string[]> {
  const locks = new Locks(lastFirst)
  const players = transactions.map((_, n) => Object.assign(new Player(`p${n}`), { pid: n + 1 }))
  const work = async (player: Player, statements: readonly string[]): Promise<void> => {
    try {
      for (const statement of [...statements, 'commit']) await locks.run(player, statement)
    } catch {
      await locks.run(player, 'commit')
      return work(player, statements)
    }
    player.end()
  }
  const all = players.map((player, n) => work(player, transactions[n]!))
  const turns = await play({ players, random: new Random(seed), referee: locks, beforeTurn: async () => undefined })
  await Promise.all(all)
  return turns
}

const opposite = [
  ['a', 'b'],
  ['b', 'a'],
]

it('gives every statement its turn, in an order that the seed alone gives', async () => {
  const turns = await schedule('1', [['a'], ['b'], ['c']])
  expect(turns.toSorted()).toEqual(['p0: a', 'p0: commit', 'p1: b', 'p1: commit', 'p2: c', 'p2: commit'])
  expect(await schedule('1', [['a'], ['b'], ['c']])).toEqual(turns)
  const others = await Promise.all(['2', '3', '4', '5'].map((seed) => schedule(seed, [['a'], ['b'], ['c']])))
  expect(new Set(others.map((one) => one.join())).size).toBeGreaterThan(1)
})

it('gives nobody the turn who waits for a lock, until it is released', async () => {
  for (const seed of ['1', '2', '3', '4']) {
    const turns = await schedule(seed, [['a'], ['a']])
    const [first] = turns[0]!.split(':')
    const commits = turns.filter((turn) => turn.endsWith('commit'))
    expect(commits[0]).toBe(`${first}: commit`)
  }
})

it('has one of those who wait for each other give way, the same one for the same seed', async () => {
  const seeds = Array.from({ length: 20 }, (_, n) => String(n))
  const runs = await Promise.all(seeds.map((seed) => schedule(seed, opposite)))
  const deadlocks = runs.filter((turns) => turns.some((turn) => turn.endsWith('victim of a deadlock')))
  expect(deadlocks.length).toBeGreaterThan(0)
  expect(deadlocks.length).toBeLessThan(20)
  expect(await Promise.all(seeds.map((seed) => schedule(seed, opposite)))).toEqual(runs)
})

it('has those whom one commit lets go on at once go on one at a time, in an order that the seed alone gives', async () => {
  const transactions = [
    ['a', 'b'],
    ['a c', 'd'],
    ['b c', 'd'],
  ]
  const orders = new Set<string>()
  for (const seed of Array.from({ length: 20 }, (_, n) => String(n))) {
    const turns = await schedule(seed, transactions)
    expect(await schedule(seed, transactions, true)).toEqual(turns)
    orders.add(
      turns
        .filter((turn) => turn.includes('has its lock'))
        .slice(0, 2)
        .join(),
    )
  }
  expect(orders).toContain('p1: has its lock for a c,p2: has its lock for b c')
  expect(orders).toContain('p2: has its lock for b c,p1: has its lock for a c')
})

import type { Random } from '../random'

/** One who takes part in a schedule: it does nothing to the database before it has been given the turn. */
export class Player {
  /** `waiting` for its turn, `busy` with a statement or with what lies between two, or `done`. */
  state: 'waiting' | 'busy' | 'done' = 'busy'
  /** What it does with its next turn, or did with its last. */
  doing = ''
  /** Whether a statement is on its way to the database or there. */
  isInDatabase = false
  /** Of its connection. */
  pid = 0
  private go: () => void = () => undefined
  private told: () => void = () => undefined
  /** Resolves at its next stop: when it waits for a turn or is done. */
  stop: Promise<void> = Promise.resolve()

  constructor(readonly name: string) {
    this.begin()
  }

  /** Resolves when the schedule lets it go on. */
  turn(doing: string): Promise<void> {
    this.doing = doing
    this.state = 'waiting'
    const gone = new Promise<void>((resolve) => (this.go = resolve))
    this.told()
    return gone
  }

  give(): void {
    this.begin()
    this.go()
  }

  end(): void {
    this.state = 'done'
    this.told()
  }

  private begin(): void {
    this.state = 'busy'
    this.stop = new Promise((resolve) => (this.told = resolve))
  }
}

/** Whom each of some backends waits for. */
export type Waits = ReadonlyMap<number, readonly number[]>

/** What a schedule asks of the server, on a connection of its own. */
export interface Referee {
  /** Those of these backends that wait for a lock, and whose. */
  waits(pids: readonly number[]): Promise<Waits>
  /** Has the statement of a backend fail as a deadlock's victim. */
  sacrifice(player: Player): Promise<void>
}

export interface ScheduleOptions {
  readonly players: readonly Player[]
  readonly random: Random
  readonly referee: Referee
  /** Called before each turn, when all who are not done wait for one or for a lock: to end those who only stand by. */
  readonly beforeTurn: () => Promise<void>
}

/** A statement that has not come back for so long is asked about; most are back sooner. */
const ASK_AFTER_MS = 3
const RELEASES = /^(commit|rollback)/i

/** Who waits for a lock, and for whom. */
type Stuck = Map<Player, readonly number[]>

/**
 * Gives one player the turn at a time, in an order that the random numbers alone decide, until all are done. A turn lasts
 * until the player waits for its next one, is done, or is known to wait for a lock. Of players who wait for each other one
 * is sacrificed. Returns the turns that were given.
 */
export async function play({ players, random, referee, beforeTurn }: ScheduleOptions): Promise<string[]> {
  const turns: string[] = []
  const stuck: Stuck = new Map()
  for (;;) {
    await settle(players, stuck, referee)
    const circle = players.filter((player) => stuck.has(player) && isInCircle(player, stuck))
    if (circle.length > 0) {
      const victim = random.pick(circle)
      turns.push(`${victim.name}: victim of a deadlock`)
      stuck.delete(victim)
      await referee.sacrifice(victim)
      await victim.stop
      continue
    }
    await beforeTurn()
    const waiting = players.filter(({ state }) => state === 'waiting')
    if (waiting.length === 0 && stuck.size === 0) return turns
    if (waiting.length === 0)
      throw new Error(`nobody can go on: ${[...stuck.keys()].map(({ name, doing }) => `${name}: ${doing}`).join(', ')}`)
    const next = random.pick(waiting)
    turns.push(`${next.name}: ${next.doing}`)
    next.give()
    // What ends a transaction may let others go on.
    if (RELEASES.test(next.doing)) stuck.clear()
  }
}

/** Whether a player waits, by way of others, for themself. */
function isInCircle(player: Player, stuck: Stuck): boolean {
  const byPid = new Map([...stuck].map(([{ pid }, blockers]) => [pid, blockers]))
  const seen = new Set<number>()
  const next = [...stuck.get(player)!]
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    if (pid === player.pid) return true
    if (seen.has(pid)) continue
    seen.add(pid)
    next.push(...(byPid.get(pid) ?? []))
  }
  return false
}

/** Until every player waits for its turn, is done or, as `stuck` then says, waits for a lock. */
async function settle(players: readonly Player[], stuck: Stuck, referee: Referee): Promise<void> {
  for (;;) {
    const moving = players.filter((player) => player.state === 'busy' && !stuck.has(player))
    if (moving.length === 0) return
    if (await isStopped(moving)) continue
    const asked = moving.filter(isInDatabase)
    if (asked.length === 0) continue
    const waits = await referee.waits(asked.map(({ pid }) => pid))
    for (const player of stuckAmong(asked.filter(isInDatabase), players, stuck, waits)) stuck.set(player, waits.get(player.pid)!)
  }
}

/** Those who wait for a lock that none of those at work is about to give up. */
function stuckAmong(asked: readonly Player[], players: readonly Player[], stuck: Stuck, waits: Waits): ReadonlySet<Player> {
  const byPid = new Map(players.map((player) => [player.pid, player]))
  const found = new Set(asked.filter(({ pid }) => waits.has(pid)))
  const holds = (pid: number) => {
    const holder = byPid.get(pid)
    return holder !== undefined && (holder.state === 'waiting' || stuck.has(holder) || found.has(holder))
  }
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const player of found) if (!waits.get(player.pid)!.every(holds)) found.delete(player)
  }
  return found
}

function isInDatabase(player: Player): boolean {
  return player.state === 'busy' && player.isInDatabase
}

/** Whether all of them came to a stop before it is time to ask. */
async function isStopped(moving: readonly Player[]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ASK_AFTER_MS)))
  const stopped = await Promise.race([Promise.all(moving.map(({ stop }) => stop)).then(() => true), late])
  clearTimeout(timer)
  return stopped
}

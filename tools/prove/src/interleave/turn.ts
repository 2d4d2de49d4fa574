import type { Random } from '../random'
import { circleOf, stuckAmong, type Frozen, type Referee } from './lock-waits'
import type { Player } from './player'

export interface ScheduleOptions {
  readonly players: readonly Player[]
  readonly random: Random
  readonly referee: Referee
  /** Called before each turn, when all who are not done wait for one or for a lock: to end those who only stand by. */
  readonly beforeTurn: () => Promise<void>
}

/** A statement that has not come back for so long is asked about; most are back sooner. */
const ASK_AFTER_MS = 1

/**
 * Gives one player the turn at a time, in an order that the random numbers alone decide, until all are done. A turn lasts
 * until the player waits for its next one, is done, or waits for a lock. Who waits for a lock is frozen, so that of those
 * whom another's commit lets go on at once each goes on with a turn of its own. Of players who wait for each other one is
 * sacrificed. Returns the turns that were given.
 */
export async function play(o: ScheduleOptions): Promise<string[]> {
  const turns: string[] = []
  const frozen: Frozen = new Map()
  try {
    while (await giveTurn(o, frozen, turns));
    return turns
  } finally {
    for (const player of frozen.keys()) o.referee.thaw(player)
  }
}

/** Whether there was one to give. */
async function giveTurn({ players, random, referee, beforeTurn }: ScheduleOptions, frozen: Frozen, turns: string[]): Promise<boolean> {
  await settle(players, frozen, referee)
  const circle = circleOf(frozen)
  if (circle.length > 0) {
    const victim = random.pick(circle)
    turns.push(`${victim.name}: victim of a deadlock`)
    frozen.delete(victim)
    await referee.sacrifice(victim)
    await victim.stop
    return true
  }
  await beforeTurn()
  const able = players.filter((player) => player.state === 'waiting' || frozen.get(player)?.length === 0)
  if (able.length === 0) {
    if (frozen.size === 0) return false
    throw new Error(`nobody can go on: ${[...frozen.keys()].map(({ name, doing }) => `${name}: ${doing}`).join(', ')}`)
  }
  const next = random.pick(able)
  for (const player of players) player.hasLetGo = player === next
  if (frozen.delete(next)) {
    turns.push(`${next.name}: has its lock for ${next.doing}`)
    referee.thaw(next)
  } else {
    turns.push(`${next.name}: ${next.doing}`)
    next.give()
  }
  return true
}

/** Until every player waits for its turn, is done or is frozen, and it is known who of the frozen still waits. */
async function settle(players: readonly Player[], frozen: Frozen, referee: Referee): Promise<void> {
  for (;;) {
    const moving = players.filter((player) => player.state === 'busy' && !frozen.has(player))
    if (moving.length === 0) break
    if (await isStopped(moving)) continue
    const asked = moving.filter(isInDatabase)
    if (asked.length === 0) continue
    const waits = await referee.waits(pidsOf(asked))
    for (const player of stuckAmong(asked.filter(isInDatabase), players, frozen, waits)) {
      referee.freeze(player)
      frozen.set(player, waits.get(player.pid)!)
    }
  }
  if (frozen.size === 0 || !players.some(({ hasLetGo }) => hasLetGo)) return
  const waits = await referee.waits(pidsOf([...frozen.keys()]))
  for (const player of frozen.keys()) frozen.set(player, waits.get(player.pid) ?? [])
}

function pidsOf(players: readonly Player[]): number[] {
  return players.map(({ pid }) => pid)
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

import type { Player } from './player'

/** Whom each of some backends waits for. */
export type Waits = ReadonlyMap<number, readonly number[]>

/** What a schedule asks of the server, on a connection of its own. */
export interface Referee {
  /** Those of these backends that wait for a lock, and whose. */
  waits(pids: readonly number[]): Promise<Waits>
  /** Has a backend that waits for a lock stand still, also when it is given the lock. */
  freeze(player: Player): void
  /** Has it go on: with its lock, or with waiting for it. */
  thaw(player: Player): void
  /** Has the frozen statement of a backend fail as a deadlock's victim. */
  sacrifice(player: Player): Promise<void>
}

/** Those who stand still within a statement, and whom they wait for: for nobody, when they have their lock. */
export type Frozen = Map<Player, readonly number[]>

/** Those who wait for each other, by way of others perhaps. */
export function circleOf(frozen: Frozen): Player[] {
  const byPid = new Map([...frozen].map(([{ pid }, blockers]) => [pid, blockers]))
  return [...frozen.keys()].filter(({ pid }) => reachableFrom(pid, byPid).has(pid))
}

function reachableFrom(start: number, blockersOf: Waits): ReadonlySet<number> {
  const seen = new Set<number>()
  const next = [...(blockersOf.get(start) ?? [])]
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    if (seen.has(pid)) continue
    seen.add(pid)
    next.push(...(blockersOf.get(pid) ?? []))
  }
  return seen
}

/** Those of the asked who wait for a lock that nobody is about to give up: it is held by who stands still. */
export function stuckAmong(asked: readonly Player[], players: readonly Player[], frozen: Frozen, waits: Waits): ReadonlySet<Player> {
  const byPid = new Map(players.map((player) => [player.pid, player]))
  const found = new Set(asked.filter(({ pid }) => waits.has(pid)))
  const standsStill = (pid: number) => {
    const holder = byPid.get(pid)
    return holder !== undefined && (holder.state === 'waiting' || frozen.has(holder) || found.has(holder))
  }
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const player of found) if (!waits.get(player.pid)!.every(standsStill)) found.delete(player)
  }
  return found
}

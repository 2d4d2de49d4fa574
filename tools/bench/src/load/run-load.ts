import { setTimeout as pause } from 'node:timers/promises'
import { poissonSchedule } from '../measure/poisson'
import { randomFrom } from '../measure/random'
import { Samples } from '../measure/statistics'
import { Arrivals } from './arrivals'
import { Connection, type ConnectionEvents } from './connection'
import type { Load, LoadResult } from './protocol'
import type { Target } from './target'

const DRAIN_MS = 10_000
/** A request that finds no free connection for so long is given up. */
const PATIENCE_MS = 1_000
const OPENED_AT_ONCE = 100

/** One run of load on a target. Times are milliseconds of `performance.now()`. */
class Run implements ConnectionEvents {
  readonly idle: Connection[] = []
  private readonly open = new Set<Connection>()
  private readonly latencies = new Samples()
  private readonly statuses: Record<string, number> = {}
  private sent = 0
  private inTime = 0
  private withRetryAfter = 0
  private unanswered = 0
  private ended = false
  private began = 0

  constructor(
    private readonly target: Target,
    /** Called when a connection has become free. */
    private readonly onFree: (run: Run) => void,
  ) {}

  async connect(count: number): Promise<void> {
    try {
      for (let opened = 0; opened < count; opened += OPENED_AT_ONCE) {
        await Promise.all(Array.from({ length: Math.min(OPENED_AT_ONCE, count - opened) }, () => this.openOne()))
      }
    } catch (error) {
      this.ended = true
      throw error
    }
  }

  start(): void {
    this.began = performance.now()
  }

  get elapsed(): number {
    return performance.now() - this.began
  }

  /** Sends the target's next request on a free connection, of which there must be one. */
  send(due: number): void {
    const { bytes, write } = this.target.nextRequest()
    this.sent++
    this.idle.pop()!.send(bytes, write, due)
  }

  /** Ends the measurement; answers still under way are waited for, since they may acknowledge writes. */
  async finish(busy: number): Promise<Omit<LoadResult, 'unsent' | 'lateness'>> {
    const seconds = this.elapsed / 1_000
    this.ended = true
    const deadline = performance.now() + DRAIN_MS
    while (this.idle.length < this.open.size && performance.now() < deadline) await pause(5)
    for (const connection of this.open) connection.close()
    while (this.open.size > 0) await pause(5)
    const { sent, statuses, inTime, withRetryAfter, unanswered } = this
    return { seconds, busy, sent, statuses, inTime, withRetryAfter, unanswered, latencies: this.latencies.sorted() }
  }

  private openOne(): Promise<void> {
    return new Promise((resolve, reject) => {
      const connection = new Connection(this.target.port, this, (error) => {
        if (error) return reject(error)
        this.idle.push(connection)
        resolve()
        if (!this.ended && this.began > 0) this.onFree(this)
      })
      this.open.add(connection)
    })
  }

  answered(connection: Connection, status: number, hasRetryAfter: boolean): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
    if (hasRetryAfter) this.withRetryAfter++
    if (status === 200) {
      this.target.acknowledge(connection.write)
      this.latencies.add(this.elapsed - connection.since)
      if (!this.ended) this.inTime++
    }
    connection.write = -1
    this.idle.push(connection)
    if (!this.ended) this.onFree(this)
  }

  lost(connection: Connection): void {
    this.open.delete(connection)
    if (connection.isBusy) this.unanswered++
    const place = this.idle.indexOf(connection)
    if (place !== -1) this.idle.splice(place, 1)
    // Refused connections come again and again: the next is opened without haste, and whoever waits for it gives up.
    if (!this.ended) void pause(10).then(() => (this.ended ? undefined : this.openOne().catch(() => undefined)))
  }
}

/** Loads the target and resolves with what was measured, when every answer is there or given up. */
export async function runLoad(target: Target, load: Load, seed: string): Promise<LoadResult> {
  return load.kind === 'closed' ? closedLoop(target, load) : openLoop(target, load, seed)
}

async function closedLoop(target: Target, { connections, seconds }: Extract<Load, { kind: 'closed' }>): Promise<LoadResult> {
  const run = new Run(target, (free) => free.send(free.elapsed))
  await run.connect(connections)
  const busy = countBusy()
  run.start()
  while (run.idle.length > 0) run.send(run.elapsed)
  await pause(seconds * 1_000)
  return { ...(await run.finish(busy())), unsent: 0, lateness: new Float64Array() }
}

async function openLoop(target: Target, load: Extract<Load, { kind: 'open' }>, seed: string): Promise<LoadResult> {
  const arrivals = new Arrivals(poissonSchedule(load.rate, load.seconds, randomFrom(`${seed} arrivals`)), PATIENCE_MS)
  const sendDue = (run: Run, onSent?: (lateMs: number) => void) => {
    const now = run.elapsed
    for (let due; run.idle.length > 0 && (due = arrivals.take(now)) !== undefined;) {
      onSent?.(now - due)
      run.send(due)
    }
  }
  const lateness = new Samples()
  const run = new Run(target, sendDue)
  await run.connect(load.connections)
  const busy = countBusy()
  run.start()
  while (run.elapsed < load.seconds * 1_000) {
    // What is sent from here found a connection free: it is late by the generator's own fault.
    sendDue(run, (lateMs) => lateness.add(lateMs))
    arrivals.giveUpOld(run.elapsed)
    await pause(1)
  }
  // What became due since the last look.
  sendDue(run)
  arrivals.giveUpRest()
  return { ...(await run.finish(busy())), unsent: arrivals.givenUp, lateness: lateness.sorted() }
}

function countBusy(): () => number {
  const [cpu, began] = [process.cpuUsage(), performance.now()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return (user + system) / 1_000 / (performance.now() - began)
  }
}

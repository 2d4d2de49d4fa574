import { setTimeout as pause } from 'node:timers/promises'
import { BenchFailure } from '../failure'
import { hasEnded, logEnd, type Child } from './children'

const POLL_MS = 20
const STANDSTILL_MS = 60_000

/**
 * Looks at a figure that a process drives until it is `wanted` or more, and returns it.
 *
 * @param name of the process's log
 * @throws BenchFailure when the figure stands still for a minute, or the process has ended
 */
export async function untilReached(child: Child, name: string, wanted: number, look: () => Promise<number> | number): Promise<number> {
  let last = -1
  let since = performance.now()
  for (;;) {
    const figure = await look()
    if (figure >= wanted) return figure
    if (figure !== last) [last, since] = [figure, performance.now()]
    const why = hasEnded(child.process) ? 'ended' : performance.now() - since > STANDSTILL_MS ? 'stands still' : null
    if (why) throw new BenchFailure(`${name} ${why} at ${figure} of ${wanted}.\n${logEnd(name)}`)
    await pause(POLL_MS)
  }
}

import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { checkMembers, membersNow } from '../members'
import { stepAll } from './step-all'

/** With nothing to commit, heartbeats alone keep a member's place in its group. */
export async function placesAreKept(run: StackRun, clocks: Clocks): Promise<void> {
  for (const [way, offsetMs] of [
    ['ahead', HOUR_MS],
    ['back', 0],
  ] as const) {
    const before = await membersNow(run)
    await stepAll(clocks, offsetMs)
    await checkMembers(run, before, `the clocks went an hour ${way}, at rest`)
  }
}

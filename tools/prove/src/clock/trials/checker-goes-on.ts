import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { stepAll } from './step-all'

/** In this proof the checker runs every other second. */
const RUNS_WITHIN_MS = 6_000

/** What runs by the clock goes on after a step, both ways. */
export async function checkerGoesOn(run: StackRun, clocks: Clocks): Promise<void> {
  for (const [way, offsetMs] of [
    ['ahead', HOUR_MS],
    ['back', 0],
  ] as const) {
    await stepAll(clocks, offsetMs)
    const before = await ended(run)
    for (const giveUpAt = performance.now() + RUNS_WITHIN_MS; (await ended(run)) <= before; await run.sleep(200)) {
      if (performance.now() < giveUpAt) continue
      run.findings.add('wrong', `the checker did not run for ${RUNS_WITHIN_MS} ms after the clocks went an hour ${way}`)
      break
    }
  }
}

async function ended({ fences }: StackRun): Promise<number> {
  const { rows } = await fences.query<{ runs: number }>(
    'select count(*)::int as runs from completion.checker_run where finished_at is not null',
  )
  return rows[0]!.runs
}

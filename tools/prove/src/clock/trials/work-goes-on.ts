import { unfinished } from '../../check/settle'
import { allWell, setFault } from '../../outside/outside'
import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { stepAll } from './step-all'

const LEARNERS = 10
/** Enough for breakers to open. */
const AWAY_MS = 5_000
/** A breaker that is open for 10 s, then a retry or postponement of 10 s, and the calls. */
const DONE_WITHIN_MS = 30_000

/** The clocks step while every outside system is away, breakers are open and jobs wait for their retries: then all gets done. */
export async function workGoesOn(run: StackRun, clocks: Clocks): Promise<void> {
  await stepAll(clocks, 0)
  for (const [way, offsetMs] of [
    ['ahead', HOUR_MS],
    ['back', 0],
  ] as const) {
    for (const target of ['directory', 'credly', 'lrs', 'hr']) await setFault(run, target, '500', 1)
    try {
      await run.load.wave(LEARNERS)
      await run.load.producer.flush()
      await run.sleep(AWAY_MS)
      await stepAll(clocks, offsetMs)
    } finally {
      await allWell(run)
    }
    await done(run, way)
  }
}

async function done({ fences, load, parked, findings, figures, sleep }: StackRun, way: string): Promise<void> {
  const began = performance.now()
  for (;;) {
    const what = await unfinished(fences, load.admin, parked)
    const took = performance.now() - began
    if (what === null) return void (figures[`work done after the clocks went ${way}`] = `${Math.round(took)} ms`)
    if (took > DONE_WITHIN_MS) {
      findings.add('wrong', `${DONE_WITHIN_MS / 1_000} s after the clocks went an hour ${way} and the outside systems were well: ${what}`)
      return
    }
    await sleep(250)
  }
}

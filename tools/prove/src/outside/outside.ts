import { settled } from '../check/settle'
import { count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { Destinations, type Destination } from './destinations'

const TARGETS = ['directory', 'assessment', 'credly', 'lrs', 'hr'] as const
const MODES = ['500', '429', 'slow', 'reset', 'effect-then-hang'] as const
const CHANGE_EVERY_MS = 2_000
/** Of the time every system has faults; in the rest one is dead and the others well. */
const MIXED_SHARE = 0.6

/** Every outside system refuses, hangs after the effect, cuts and dawdles at once; then each is dead in turn. */
export const outside = stackProof({
  name: 'outside',
  summary: 'every fault of every outside system at once: one effect per key; a dead destination delays no healthy one',
  seconds: 120,
  async strike(run) {
    const { sleep, isOver, seconds } = run
    const mixedUntil = Date.now() + seconds * 1_000 * MIXED_SHARE
    try {
      do {
        await mixFaults(run)
        await sleep(CHANGE_EVERY_MS)
      } while (Date.now() < mixedUntil)
      await allWell(run)
      const destinations = new Destinations(run)
      const each = Math.max(3_000, (seconds * 1_000 * (1 - MIXED_SHARE)) / 2)
      do for (const dead of ['lrs', 'hr'] as const) await killOne(run, destinations, dead, each)
      while (!isOver())
    } finally {
      await allWell(run)
    }
  },
  async strikeAtRest(run) {
    run.figures['jobs started anew'] = await redrive(run)
    await settled(run)
  },
})

/** Another fault at each outside system, to some of the calls. */
export async function mixFaults(run: StackRun): Promise<void> {
  const { random } = run
  for (const target of TARGETS) await setFault(run, target, random.pick(MODES), random.integer(20, 60) / 100)
}

async function killOne(run: StackRun, destinations: Destinations, dead: Destination, ms: number): Promise<void> {
  await setFault(run, dead, '500', 1)
  const from = Date.now()
  await run.sleep(ms)
  await destinations.judge(dead === 'lrs' ? 'hr' : 'lrs', from)
  await setFault(run, dead, 'none', 0)
}

/** Every outside system answers as it should again. */
export async function allWell(run: StackRun): Promise<void> {
  for (const target of TARGETS) await setFault(run, target, 'none', 0)
}

/** Has one outside system answer so from now on, to so many calls (0 to 1). */
export async function setFault(run: StackRun, target: string, mode: string, rate: number): Promise<void> {
  const json = { target, mode, rate }
  const { status, body } = await run.load.http.call({ method: 'POST', url: `${run.stack.state.sandbox.url}/_faults`, json })
  if (status !== 200) throw new Error(`POST /_faults ${JSON.stringify(json)} answered ${status} ${JSON.stringify(body)}`)
  if (mode !== 'none') count(run, `${mode} at ${target}`)
}

/** What has used up its retries is started anew, as an operator does. Returns how many. */
export async function redrive({ fences }: StackRun): Promise<number> {
  let jobs = 0
  for (const schema of ['credential_jobs', 'hr_jobs']) {
    const { rows } = await fences.query(
      `update ${schema}.job set state = 'retry', retry_limit = retry_count + 4, completed_on = null, start_after = now()
        where state = 'failed' returning 1 as one`,
    )
    jobs += rows.length
  }
  return jobs
}

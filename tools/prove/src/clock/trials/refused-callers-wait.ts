import { randomUUID } from 'node:crypto'
import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { callAs } from './call-as'
import { stepAll } from './step-all'

/** A hundred are let through in a second. */
const CALLS = 120
const MOST_SECONDS = 1

/** The clock steps back while a caller is refused for too many calls: they are told to wait for a second, and are let in then. */
export async function refusedCallersWait(run: StackRun, clocks: Clocks): Promise<void> {
  const { stack, load, findings, figures, sleep } = run
  const [versionId] = load.cohorts.all.versions.keys()
  const learner = await callAs(stack.state, { sub: randomUUID(), roles: ['learner'] })
  const look = () => learner('GET', `/api/v1/courses/${versionId}/progress`)
  await stepAll(clocks, HOUR_MS)
  await Promise.all(Array.from({ length: CALLS }, look))
  await stepAll(clocks, 0)
  const refused = (await Promise.all(Array.from({ length: CALLS }, look))).filter(({ status }) => status === 429)
  const longest = Math.max(0, ...refused.map(({ headers }) => Number(headers.get('retry-after'))))
  figures['calls refused by the rate limit right after a step'] = refused.length
  if (longest > MOST_SECONDS) findings.add('wrong', `a caller was told to wait ${longest} s after the clock went back`)
  await sleep(MOST_SECONDS * 1_100)
  if ((await look()).status === 429) findings.add('wrong', `a caller was refused more than a second after the clock went back`)
}

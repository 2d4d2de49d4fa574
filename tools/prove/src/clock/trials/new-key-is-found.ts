import { randomUUID } from 'node:crypto'
import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { callAs } from './call-as'
import { stepAll } from './step-all'

/** Between two readings of the key set lie ten seconds at least. */
const FOUND_WITHIN_MS = 15_000

/** The identity service takes a new key after the clock went back: its tokens are soon good. */
export async function newKeyIsFound(run: StackRun, clocks: Clocks): Promise<void> {
  await stepAll(clocks, HOUR_MS)
  await found(run, 'while the clock was ahead')
  await stepAll(clocks, 0)
  await found(run, 'after the clock went back')
}

async function found({ stack, load, findings, sleep }: StackRun, when: string): Promise<void> {
  await fetch(`${stack.state.sandbox.url}/iam/rotate`, { method: 'POST' })
  const [versionId] = load.cohorts.all.versions.keys()
  const learner = await callAs(stack.state, { sub: randomUUID(), roles: ['learner'] })
  for (const giveUpAt = performance.now() + FOUND_WITHIN_MS; ; await sleep(500)) {
    const { status } = await learner('GET', `/api/v1/courses/${versionId}/progress`)
    if (status !== 401) return
    if (performance.now() > giveUpAt) return findings.add('wrong', `tokens by a new key were refused for ${FOUND_WITHIN_MS} ms ${when}`)
  }
}

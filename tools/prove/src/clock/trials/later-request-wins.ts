import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { callAs } from './call-as'
import { stepAll } from './step-all'

/** A learner enrolls, the clock steps back, the learner cancels: requests that name no time count in the order in which they came. */
export async function laterRequestWins(run: StackRun, clocks: Clocks): Promise<void> {
  const { stack, load, findings } = run
  const [versionId] = load.cohorts.all.versions.keys()
  const learner = await callAs(stack.state, { sub: randomUUID(), roles: ['learner'] })
  const key = randomUUID()
  const ask = (action: string, headers = {}) => learner('POST', '/api/v1/enrollments', { course_version_id: versionId, action }, headers)
  await stepAll(clocks, HOUR_MS)
  const enrolled = await ask('enroll', { 'idempotency-key': key })
  await stepAll(clocks, 0)
  const repeated = await ask('enroll', { 'idempotency-key': key })
  const cancelled = await ask('cancel')
  if (enrolled.status >= 300) findings.add('wrong', `an enrollment was refused with ${enrolled.status} while the clock was ahead`)
  if (!isDeepStrictEqual(repeated.body, enrolled.body))
    findings.add(
      'wrong',
      `the repeat of an enrollment was answered ${repeated.status} ${JSON.stringify(repeated.body)} after the clock went back`,
    )
  const { status } = (cancelled.body ?? {}) as { status?: unknown }
  if (status !== 'cancelled_by_user')
    findings.add('lost', `a cancellation was answered ${cancelled.status} with status ${JSON.stringify(status)} after the clock went back`)
}

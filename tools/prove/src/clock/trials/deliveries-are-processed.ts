import { randomUUID } from 'node:crypto'
import { Secrets } from '@laurel/dev-stack'
import type { StackRun } from '../../stack-proof/stack-proof'
import { HOUR_MS, type Clocks } from '../clocks'
import { stepAll } from './step-all'

/** They are looked for four times a second; so some of so many are not processed yet when the clock steps. */
const DELIVERIES = 40
const PROCESSED_WITHIN_MS = 5_000

/** The clock steps back between the arrival of webhook deliveries and their processing: they are processed all the same. */
export async function deliveriesAreProcessed(run: StackRun, clocks: Clocks): Promise<void> {
  await stepAll(clocks, HOUR_MS)
  const arriving = Promise.all(Array.from({ length: DELIVERIES }, () => deliver(run)))
  await run.sleep(50)
  await Promise.all([arriving, stepAll(clocks, 0)])
  for (const giveUpAt = performance.now() + PROCESSED_WITHIN_MS; ; await run.sleep(100)) {
    const { rows } = await run.fences.query<{ left: number }>(
      `select count(*)::int as left from completion.webhook_delivery where status = 'received'`,
    )
    if (rows[0]!.left === 0) return
    if (performance.now() > giveUpAt)
      return run.findings.add('wrong', `${rows[0]!.left} webhook deliveries were left lying after the clock went back`)
  }
}

async function deliver({ stack, findings }: StackRun): Promise<void> {
  const secret = new Secrets(stack.dir).of('webhook-graphy')
  const response = await fetch(`${stack.state.services['completion-detection']!.url}/api/v1/webhooks/graphy/${secret}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: randomUUID(),
      email: 'nobody@laurel.example',
      courses: [{ id: randomUUID(), 'course items': [{ completed: true }] }],
    }),
  })
  if (response.status !== 202) findings.add('wrong', `a webhook delivery was answered ${response.status} ${await response.text()}`)
}

import { createHash } from 'node:crypto'
import type { Tx } from '@laurel/postgres'
import { addDelivery } from '../persistence/webhook-delivery-store'
import { PayloadError } from '../webhooks/payload'
import { RefusedWebhook, type PayloadReader, type PlatformName, type Verifier, type WebhookRequest } from '../webhooks/platform'

/** Where a delivery came in. */
export interface WebhookSource {
  readonly platform: PlatformName
  readonly verifier: Verifier
  readonly reader: Pick<PayloadReader, 'decode'>
}

/** A delivery that is proven to be the platform's, and readable. */
export interface ProvenDelivery {
  readonly platform: PlatformName
  readonly deliveryKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What is to be stored of a delivery. @throws RefusedWebhook */
export async function proveDelivery(source: WebhookSource, request: WebhookRequest): Promise<ProvenDelivery> {
  const { platform, verifier, reader } = source
  const id = await verifier.verify(request)
  try {
    reader.decode(request.body)
  } catch (error) {
    if (error instanceof PayloadError) throw new RefusedWebhook('unreadable', error.message)
    throw error
  }
  const deliveryKey = id ?? createHash('sha256').update(request.body).digest('hex')
  return { platform, deliveryKey, headers: keptHeaders(verifier, request), body: request.body }
}

/** Keeps a delivery, to be processed once; a repeat is known by its key and changes nothing. */
export function receiveWebhook(
  tx: Tx,
  delivery: ProvenDelivery,
  now: Date,
): Promise<{ readonly deliveryId: string; readonly isNew: boolean }> {
  return addDelivery(tx, { ...delivery, receivedAt: now })
}

function keptHeaders(verifier: Verifier, { headers }: WebhookRequest): Record<string, string> {
  const kept = ['content-type', 'user-agent', ...verifier.keptHeaders]
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

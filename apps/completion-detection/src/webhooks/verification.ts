import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { RefusedWebhook, type Verifier } from './platform'

/** How far a signed time may be from ours, for a delivery to be taken: older ones may be recorded and sent again by somebody else. */
export const REPLAY_WINDOW_SECONDS = 300

/** Whether a text is one of the secrets, in a time that tells nothing of where they differ, nor of how long they are. */
export function isSecret(secrets: readonly string[], given: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  const digest = hash(given)
  return secrets.map((secret) => timingSafeEqual(hash(secret), digest)).includes(true)
}

/** Whether a hex text is the HMAC-SHA256 (RFC 2104) of the bytes under one of the secrets; in constant time. */
export function isHmac(secrets: readonly string[], body: Buffer, hex: string): boolean {
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(hex) ? hex : '', 'hex')
  const isOf = (secret: string) => {
    const digest = createHmac('sha256', secret).update(body).digest()
    return given.length === digest.length && timingSafeEqual(given, digest)
  }
  return secrets.map(isOf).includes(true)
}

/** For platforms that sign nothing: the path that they were told ends with a secret. @throws RefusedWebhook */
export function checkPathSecret(secrets: readonly string[], pathSecret: string | null): void {
  if (pathSecret === null) throw new RefusedWebhook('unsigned', 'the path must end with the secret of this webhook')
  if (!isSecret(secrets, pathSecret)) throw new RefusedWebhook('bad-signature', 'the secret in the path is not that of this webhook')
}

/** The verifier of a platform whose only proof is the path. */
export function byPathSecret(secrets: readonly string[]): Verifier {
  return {
    keptHeaders: [],
    verify({ pathSecret }) {
      checkPathSecret(secrets, pathSecret)
      return null
    },
  }
}

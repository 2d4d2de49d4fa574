import { canvasReader, canvasVerifier } from './canvas'
import { graphyReader } from './graphy'
import { moodleReader, moodleVerifier } from './moodle'
import type { PayloadReader, PlatformName, Verifier } from './platform'
import { standardReader, standardVerifier } from './standard-webhooks'
import { teachableReader } from './teachable'
import { thinkificReader, thinkificVerifier } from './thinkific'
import { byPathSecret } from './verification'
import type { WebhookSettings } from './webhook-settings'

/** Bodies are read whether or not their platform is still received. */
export const READERS: Readonly<Record<PlatformName, PayloadReader>> = {
  graphy: graphyReader,
  thinkific: thinkificReader,
  teachable: teachableReader,
  canvas: canvasReader,
  moodle: moodleReader,
  'standard-webhooks': standardReader,
}

/** The platforms that are received. */
export class WebhookSources {
  private readonly verifiers: ReadonlyMap<string, Verifier>

  constructor({ secrets, canvasJwksUrl }: WebhookSettings) {
    const verifiers: Record<PlatformName, Verifier> = {
      graphy: byPathSecret(secrets.graphy),
      thinkific: thinkificVerifier(secrets.thinkific),
      teachable: byPathSecret(secrets.teachable),
      canvas: canvasVerifier(secrets.canvas, canvasJwksUrl),
      moodle: moodleVerifier(secrets.moodle),
      'standard-webhooks': standardVerifier(secrets['standard-webhooks']),
    }
    const isSet = (name: string) => secrets[name as PlatformName].length > 0 || (name === 'canvas' && canvasJwksUrl !== null)
    this.verifiers = new Map(Object.entries(verifiers).filter(([name]) => isSet(name)))
  }

  /** The verifier of a platform; null for one that is unknown or for which nothing is set. */
  find(name: string): { readonly platform: PlatformName; readonly verifier: Verifier } | null {
    const verifier = this.verifiers.get(name)
    return verifier === undefined ? null : { platform: name as PlatformName, verifier }
  }
}

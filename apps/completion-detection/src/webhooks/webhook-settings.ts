import type { EnvReader } from '@laurel/service-shell'
import { PLATFORMS, type PlatformName } from './platform'
import { isStandardSecret } from './standard-webhooks'

const MAX_SECRETS = 2

interface SecretRule {
  readonly isGood: (secret: string) => boolean
  readonly advice: string
}

/** A secret in a path must read the same with and without escapes, and fit the server's limit of what a part of a path may hold. */
const IN_PATH: SecretRule = {
  isGood: (secret) => /^[\w.~-]{16,100}$/.test(secret),
  advice: '16 to 100 letters, digits, dots, dashes, underscores or tildes',
}
const RULES: Readonly<Record<PlatformName, SecretRule>> = {
  graphy: IN_PATH,
  teachable: IN_PATH,
  canvas: IN_PATH,
  moodle: IN_PATH,
  thinkific: { isGood: (secret) => secret.length >= 16, advice: 'at least 16 characters' },
  'standard-webhooks': { isGood: isStandardSecret, advice: 'base64 of at least 16 characters, with or without the prefix whsec_' },
}

export interface WebhookSettings {
  /** For each platform its secrets, all of which are good: none, one, or the new and the old one while one replaces the other. */
  readonly secrets: Readonly<Record<PlatformName, readonly string[]>>
  /** Where the keys are that sign Canvas live events; null when its events are sent plain. */
  readonly canvasJwksUrl: string | null
}

/**
 * WEBHOOK_SECRETS_<PLATFORM> (for example WEBHOOK_SECRETS_STANDARD_WEBHOOKS), one secret or two separated by a comma, and
 * WEBHOOK_CANVAS_JWKS_URL. A platform for which nothing is set is not received.
 */
export function readWebhookSettings(read: EnvReader): WebhookSettings {
  const secrets = PLATFORMS.map((platform) => [platform, readSecrets(read, platform)])
  return {
    secrets: Object.fromEntries(secrets) as WebhookSettings['secrets'],
    canvasJwksUrl: read.string('WEBHOOK_CANVAS_JWKS_URL', '') === '' ? null : read.url('WEBHOOK_CANVAS_JWKS_URL'),
  }
}

function readSecrets(read: EnvReader, platform: PlatformName): string[] {
  const name = `WEBHOOK_SECRETS_${platform.toUpperCase().replace('-', '_')}`
  const text = read.string(name, '')
  if (text === '') return []
  const secrets = text.split(',').map((secret) => secret.trim())
  const { isGood, advice } = RULES[platform]
  if (secrets.length <= MAX_SECRETS && secrets.every(isGood)) return secrets
  read.refuse(name, `must be one secret, or two separated by a comma, of ${advice}`)
  return []
}

import { ConfigError, readEnv } from '@laurel/service-shell'
import { WebhookSources } from './platforms'
import { readWebhookSettings } from './webhook-settings'
import { newSecret } from './webhooks.fixture'

function read(env: Record<string, string>) {
  const reader = readEnv(env)
  const settings = readWebhookSettings(reader)
  reader.done()
  return settings
}

it('reads one secret or two of each platform, and none of those that are not set', () => {
  const [one, two, three] = [newSecret(), newSecret(), newSecret()]
  const settings = read({ WEBHOOK_SECRETS_GRAPHY: one, WEBHOOK_SECRETS_STANDARD_WEBHOOKS: ` ${two} , whsec_${three}` })
  expect(settings.secrets).toMatchObject({ graphy: [one], 'standard-webhooks': [two, `whsec_${three}`], moodle: [] })
  expect(settings.canvasJwksUrl).toBeNull()
})

it.each([
  ['WEBHOOK_SECRETS_MOODLE', 'short-secret'],
  ['WEBHOOK_SECRETS_CANVAS', 'x'.repeat(101)],
  ['WEBHOOK_SECRETS_TEACHABLE', 'needs/escapes+in=a%path'],
  ['WEBHOOK_SECRETS_THINKIFIC', 'short+secret'],
  ['WEBHOOK_SECRETS_MOODLE', [newSecret(), newSecret(), newSecret()].join()],
  ['WEBHOOK_SECRETS_MOODLE', `${newSecret()},`],
  ['WEBHOOK_SECRETS_STANDARD_WEBHOOKS', 'this is no base64 at all'],
  ['WEBHOOK_CANVAS_JWKS_URL', 'jwks.json'],
])('refuses a wrong %s by name, and does not show it', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(ConfigError)
  expect(() => read({ [name]: value })).toThrow(name)
  expect(() => read({ [name]: value })).not.toThrow(value)
})

it('receives the platforms for which something is set', () => {
  const received = (env: Record<string, string>) => {
    const sources = new WebhookSources(read(env))
    return ['graphy', 'thinkific', 'canvas', 'toString', 'nobody'].filter((name) => sources.find(name) !== null)
  }
  expect(received({})).toEqual([])
  expect(received({ WEBHOOK_SECRETS_GRAPHY: newSecret() })).toEqual(['graphy'])
  expect(received({ WEBHOOK_CANVAS_JWKS_URL: 'https://canvas.example/jwks' })).toEqual(['canvas'])
})

import type { Secrets } from '../secrets'
import { SERVICES } from './services'

it('gives completion-detection a base64 secret for standard webhooks, whatever was drawn', () => {
  const secrets = { of: () => 'a-drawn_secret-with_both-characters' } as unknown as Secrets
  const spec = SERVICES.find(({ name }) => name === 'completion-detection')!
  const env = spec.env({ sandboxUrl: 'http://127.0.0.1:1', secrets, enableCredentials: 'true' })
  expect(env['WEBHOOK_SECRETS_STANDARD_WEBHOOKS']).toMatch(/^[A-Za-z0-9+/]{22,}={0,2}$/)
})

import { canvasVerifier } from './canvas'
import { moodleVerifier } from './moodle'
import { standardVerifier } from './standard-webhooks'
import { thinkificVerifier } from './thinkific'
import type { PlatformName, Verifier } from './platform'
import { byPathSecret } from './verification'
import { BODIES, bytes, newSecret, PROOFS, refusalOf, request, said } from './webhooks.fixture'

const VERIFIERS: Readonly<Record<PlatformName, (secrets: readonly string[]) => Verifier>> = {
  graphy: byPathSecret,
  thinkific: thinkificVerifier,
  teachable: byPathSecret,
  canvas: (secrets) => canvasVerifier(secrets, null),
  moodle: moodleVerifier,
  'standard-webhooks': standardVerifier,
}

describe.each(Object.keys(VERIFIERS) as PlatformName[])('%s', (platform) => {
  const [current, old, foreign] = [newSecret(), newSecret(), newSecret()]
  const verifier = VERIFIERS[platform]([current, old])
  const body = bytes(BODIES[platform](said()))
  const prove = (secret: string) => PROOFS[platform](body, secret)

  it.each([
    ['the new secret', current],
    ['the old one while both are good', old],
  ])('takes what is proven with %s', async (_, secret) => {
    expect(await refusalOf(verifier, prove(secret))).toBeNull()
  })

  it.each([
    ['another secret', foreign],
    ['a secret that only starts alike', `${current.slice(0, -1)}${current.endsWith('A') ? 'B' : 'A'}`],
  ])('refuses what is proven with %s', async (_, secret) => {
    expect(await refusalOf(verifier, prove(secret))).toBe('bad-signature')
  })

  it('refuses what is proven with the old secret once it is withdrawn', async () => {
    expect(await refusalOf(VERIFIERS[platform]([current]), prove(old))).toBe('bad-signature')
  })

  it('refuses what proves nothing', async () => {
    expect(await refusalOf(verifier, request(body))).toBe('unsigned')
  })
})

describe.each(['thinkific', 'standard-webhooks'] as const)('a signature of %s', (platform) => {
  const secret = newSecret()
  const verifier = VERIFIERS[platform]([secret])
  const sent = PROOFS[platform](bytes(BODIES[platform](said())), secret)

  it('is over every byte of the body', async () => {
    for (const at of [0, Math.floor(sent.body.length / 2), sent.body.length - 1]) {
      const body = Buffer.from(sent.body)
      body[at] = body[at]! ^ 1
      expect(await refusalOf(verifier, { ...sent, body })).toBe('bad-signature')
    }
    expect(await refusalOf(verifier, { ...sent, body: Buffer.concat([sent.body, Buffer.from('\n')]) })).toBe('bad-signature')
  })

  it('is of the bytes that were sent, whatever they mean', async () => {
    const spaced = Buffer.from(JSON.stringify(BODIES[platform](said()), null, 2))
    expect(await refusalOf(verifier, PROOFS[platform](spaced, secret))).toBeNull()
  })

  it('is not good when it is cut, empty or no signature at all', async () => {
    const name = platform === 'thinkific' ? 'x-thinkific-hmac-sha256' : 'webhook-signature'
    const signature = sent.headers[name] as string
    for (const spoilt of [
      signature.slice(0, -2),
      `${signature}0`,
      'v1,',
      'zz',
      signature.replace('v1,', 'v2,').replace(/^[0-9a-f]/, 'g'),
    ]) {
      expect(await refusalOf(verifier, { ...sent, headers: { ...sent.headers, [name]: spoilt } })).toBe('bad-signature')
    }
  })
})

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const EXPECTED = { issuer: 'https://iam.laurel.example', audience: 'laurel', algorithms: ['ES256'] }

const token = async (body: object): Promise<string> => {
  const answer = await sandbox.call('POST', '/tokens', { sub: 'u-1', roles: ['learner'], ...body })
  expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
  return (answer.body as { access_token: string }).access_token
}
const jwks = async () => (await sandbox.call('GET', '/iam/jwks.json')).body as JSONWebKeySet
const verify = async (jwt: string) => jwtVerify(jwt, createLocalJWKSet(await jwks()), EXPECTED)

it('issues tokens that the JWKS verifies, with every claim', async () => {
  const { payload } = await verify(await token({ org_id: 'o-1', expires_in: 60 }))
  expect(payload).toEqual({
    iss: EXPECTED.issuer,
    aud: EXPECTED.audience,
    sub: 'u-1',
    org_id: 'o-1',
    roles: ['learner'],
    iat: expect.any(Number),
    exp: payload.iat! + 60,
    jti: expect.any(String),
  })
  expect((await verify(await token({}))).payload).not.toHaveProperty('org_id')
})

it('publishes no private key and keeps them readable by the owner alone', async () => {
  for (const key of (await jwks()).keys) expect(key).not.toHaveProperty('d')
  expect(statSync(join(sandbox.dataDir, 'iam-keys.json')).mode & 0o777).toBe(0o600)
})

it('signs with a new key after a rotation, and still verifies the tokens of before', async () => {
  const before = await token({})
  const rotated = await sandbox.call('POST', '/iam/rotate')
  expect(rotated.status).toBe(201)
  const after = await token({})
  expect(decodeProtectedHeader(after).kid).toBe((rotated.body as { kid: string }).kid)
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
  await verify(before)
  await verify(after)
})

it('verifies tokens of before a restart', async () => {
  const before = await token({})
  await sandbox.restart()
  expect((await verify(before)).payload.sub).toBe('u-1')
  expect(decodeProtectedHeader(await token({})).kid).toBe(decodeProtectedHeader(before).kid)
})

it.each([
  [{ expires_in: -1 }, 'ERR_JWT_EXPIRED'],
  [{ iss: 'https://other.example' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  [{ aud: 'other' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
])('issues a token that must be refused: %j', async (body, code) => {
  await expect(verify(await token(body))).rejects.toMatchObject({ code })
})

it.each([
  [{ roles: [] }, 'sub'],
  [{ sub: 1, roles: [] }, 'sub'],
  [{ sub: 'u' }, 'roles'],
  [{ sub: 'u', roles: [1] }, 'roles'],
  [{ sub: 'u', roles: [], org_id: 7 }, 'org_id'],
  [{ sub: 'u', roles: [], expires_in: 1.5 }, 'expires_in'],
  [{ sub: 'u', roles: [], iss: '' }, 'iss'],
  [{ sub: 'u', roles: [], aud: {} }, 'aud'],
])('refuses %j and names %s', async (body, field) => {
  expect(await sandbox.call('POST', '/tokens', body)).toMatchObject({ status: 400, body: { field } })
})

it('breaks the JWKS under a fault, not the tokens', async () => {
  await sandbox.call('POST', '/_faults', { target: 'iam', mode: '500' })
  expect((await sandbox.call('GET', '/iam/jwks.json')).status).toBe(500)
  await token({})
})

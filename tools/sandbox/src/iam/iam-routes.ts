import { randomUUID } from 'node:crypto'
import { objectBody } from '../http/request'
import type { Route } from '../http/router'
import { readTokenRequest } from './token-request'
import type { SigningKeys } from './signing-keys'

/**
 * The identity provider. Only the JWKS, which the services read, meets faults; tokens and rotation are for those who
 * drive a test.
 */
export function iamRoutes(keys: SigningKeys): Route[] {
  return [
    { method: 'GET', path: '/iam/jwks.json', target: 'iam', answer: () => ({ status: 200, body: keys.jwks() }) },
    {
      method: 'POST',
      path: '/iam/rotate',
      answer: async () => ({ status: 201, body: { kid: await keys.rotate() } }),
    },
    {
      method: 'POST',
      path: '/tokens',
      answer: async (request) => {
        const { sub, orgId, roles, expiresIn, iss, aud } = readTokenRequest(objectBody(request))
        const now = Math.floor(Date.now() / 1000)
        // An expired token must still have been issued before it expired.
        const iat = Math.min(now, now + expiresIn - 1)
        const access_token = await keys.sign({
          iss,
          aud: aud as string | string[],
          sub,
          ...(orgId !== undefined && { org_id: orgId }),
          roles,
          iat,
          exp: now + expiresIn,
          jti: randomUUID(),
        })
        const headers = { 'cache-control': 'no-store' }
        return { status: 200, headers, body: { access_token, token_type: 'Bearer', expires_in: expiresIn } }
      },
    },
  ]
}

import { randomUUID } from 'node:crypto'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'

/** Somebody who calls, by the authorization header that they send; null sends none. */
export interface Caller {
  readonly name: string
  readonly authorization: string | null
}

/** What the sandbox's identity provider is asked for. */
interface TokenRequest {
  readonly sub: string
  readonly roles: readonly string[]
  readonly org_id?: string
  readonly aud?: string
  readonly iss?: string
  readonly expires_in?: number
}

/** Who calls, with tokens of the identity provider that the services believe. */
export class People {
  constructor(private readonly sandboxUrl: string) {}

  async caller(name: string, request: TokenRequest): Promise<Caller> {
    return { name, authorization: `Bearer ${await this.token(request)}` }
  }

  /** Tokens that are no good, of somebody who may do anything. */
  async withBadTokens(sub: string): Promise<Caller[]> {
    const mighty = { sub, roles: ['learner', 'admin'] }
    const claims = { ...mighty, iss: 'https://iam.laurel.example', aud: 'laurel', exp: Math.floor(Date.now() / 1_000) + 600 }
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'another' }).sign(privateKey)
    const good = await this.token(mighty)
    return [
      { name: 'no token', authorization: null },
      { name: 'alg none', authorization: `Bearer ${new UnsecuredJWT(claims).encode()}` },
      { name: 'signature cut off', authorization: `Bearer ${good.replace(/[^.]+$/, '')}` },
      { name: 'forged key', authorization: `Bearer ${forged}` },
      await this.caller('expired', { ...mighty, expires_in: -60 }),
      await this.caller('wrong audience', { ...mighty, aud: 'elsewhere' }),
      await this.caller('wrong issuer', { ...mighty, iss: 'https://elsewhere.example' }),
    ]
  }

  /** Good tokens of people whom the learner's data do not concern. */
  withGoodTokens(orgId: string): Promise<Caller[]> {
    return Promise.all([
      this.caller('another learner', { sub: randomUUID(), roles: ['learner'], org_id: orgId }),
      this.caller('another organisation', { sub: randomUUID(), roles: ['org_admin'], org_id: randomUUID() }),
      this.caller('an administrator of no organisation', { sub: randomUUID(), roles: ['org_admin'] }),
      this.caller('a role that is none', { sub: randomUUID(), roles: ['superuser'], org_id: orgId }),
    ])
  }

  private async token(request: TokenRequest): Promise<string> {
    const response = await fetch(`${this.sandboxUrl}/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
    if (!response.ok) throw new Error(`the sandbox gave no token: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { access_token: string }).access_token
  }
}

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'

const KEY_ID = 'local'

/** An identity service: its key set on a free local port, and tokens signed with it. */
export class LocalIam {
  readonly issuer = 'https://iam.laurel.example'
  readonly audience = 'laurel'

  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
  ) {}

  static async start(): Promise<LocalIam> {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'ES256' }] })
    const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(keys))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new LocalIam(server, privateKey)
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`
  }

  /** A bearer token, good for a day. */
  token(userId: string, roles: readonly string[] = ['learner']): Promise<string> {
    return new SignJWT({ roles: [...roles] })
      .setProtectedHeader({ alg: 'ES256', kid: KEY_ID })
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime('1 day')
      .sign(this.key)
  }

  async stop(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }
}

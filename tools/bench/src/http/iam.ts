import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Closing } from '../frame/closing'
import type { Iam } from '../frame/start-progress-service'
import { uuidText } from '../measure/random'
import type { World } from '../seed/world'

const ALG = 'ES256'
const KEY_ID = 'bench'

/** Serves the key set of an identity provider and has signed a token, good for a day, for every learner who sends requests. */
export async function startIam(closing: Closing, world: World): Promise<Iam & { readonly tokens: readonly string[] }> {
  const { publicKey, privateKey } = await generateKeyPair(ALG)
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: ALG, use: 'sig' }] })
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(keys))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.add(async () => void server.close())
  const names = { issuer: 'https://iam.laurel.example', audience: 'laurel' }
  const tokens: string[] = []
  for (let learner = 0; learner < world.senders; learner++) {
    tokens.push(
      await new SignJWT({ roles: ['learner'] })
        .setProtectedHeader({ alg: ALG, kid: KEY_ID, typ: 'JWT' })
        .setSubject(uuidText(world.learnerId(learner)))
        .setIssuer(names.issuer)
        .setAudience(names.audience)
        .setIssuedAt()
        .setExpirationTime('1d')
        .sign(privateKey),
    )
  }
  return { ...names, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`, tokens }
}

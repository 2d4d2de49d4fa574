import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload } from 'jose'

const ALG = 'ES256'

/**
 * The key pairs of the identity provider, oldest first; the newest signs and all verify. They are kept in
 * `iam-keys.json`, readable by the owner alone, so that tokens outlive a restart.
 */
export class SigningKeys {
  private constructor(
    private readonly path: string,
    private readonly pairs: JWK[],
  ) {}

  /** Reads the keys in the directory, or makes the first one. */
  static async open(dir: string): Promise<SigningKeys> {
    const path = join(dir, 'iam-keys.json')
    const pairs = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as JWK[]) : []
    const keys = new SigningKeys(path, pairs)
    if (pairs.length === 0) await keys.rotate()
    return keys
  }

  /** Adds a key and signs with it from now on. Returns its `kid`. */
  async rotate(): Promise<string> {
    const { privateKey } = await generateKeyPair(ALG, { extractable: true })
    const jwk = await exportJWK(privateKey)
    const kid = await calculateJwkThumbprint(jwk)
    this.pairs.push({ ...jwk, kid, alg: ALG, use: 'sig' })
    // Written beside and renamed, so that a crash leaves the old file or the new one.
    const draft = `${this.path}.new`
    writeFileSync(draft, JSON.stringify(this.pairs), { mode: 0o600 })
    renameSync(draft, this.path)
    return kid
  }

  /** The public halves as a JWK Set (RFC 7517 section 5). */
  jwks(): { keys: JWK[] } {
    return { keys: this.pairs.map(({ d: _private, ...open }) => open) }
  }

  /** A compact JWS of the claims, by the newest key. */
  async sign(claims: JWTPayload): Promise<string> {
    const newest = this.pairs.at(-1)!
    const header = { alg: ALG, kid: newest.kid!, typ: 'JWT' }
    return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(newest, ALG))
  }
}

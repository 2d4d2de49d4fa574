import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import type { IamConfig } from '../config/shell-config'
import { Problem } from '../problem/problem'
import { UUID } from '../problem/validation'
import type { Caller } from './caller'
import { TokenCache } from './token-cache'

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA']
const CLOCK_TOLERANCE_S = 5
const JWKS_TIMEOUT_MS = 2_000
/** An unknown key id makes the key set be fetched again, at most this often, so that bad tokens cannot flood IAM. */
const JWKS_COOLDOWN_MS = 10_000
/** A key set older than this is read anew before it is used: what IAM withdrew is forgotten, and an outage is seen, after this. */
const JWKS_MAX_AGE_MS = 600_000

/**
 * Turns bearer tokens into callers: JWTs (RFC 7519) signed by a key of the remote key set with an allowed algorithm,
 * with our issuer and audience and an expiry. New keys are found without a restart. A token once verified is trusted
 * until it expires, also when its key is withdrawn meanwhile.
 */
export class TokenVerifier {
  private readonly key: JWTVerifyGetKey
  private readonly cache = new TokenCache()

  constructor(private readonly iam: IamConfig) {
    this.key = remoteKeys(iam.jwksUrl)
  }

  /** The caller, when the token was verified before and has not expired. */
  known(token: string): Caller | undefined {
    return this.cache.get(token, Date.now())
  }

  /** @throws Problem 401 for a token that is not good; 503 when the key set cannot be read, so nothing can be said. */
  async verify(token: string): Promise<Caller> {
    const claims = await this.claims(token)
    const caller = toCaller(claims)
    this.cache.put(token, caller, ((claims.exp ?? 0) + CLOCK_TOLERANCE_S) * 1_000)
    return caller
  }

  private async claims(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ALGORITHMS,
        issuer: this.iam.issuer,
        audience: this.iam.audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(Date.now()), // the cache's clock
      })
      return payload
    } catch (error) {
      throw error instanceof Problem ? error : refused(reasonOf(error))
    }
  }
}

function remoteKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    // It reckons by the wall clock, which may be set back: when the set is read anew is decided here.
    cooldownDuration: Infinity,
    cacheMaxAge: Infinity,
  })
  let readAt = -Infinity
  const readUnlessYounger = async (ms: number): Promise<boolean> => {
    if (performance.now() - readAt < ms) return false
    await keys.reload()
    readAt = performance.now()
    return true
  }
  return async (header, token) => {
    try {
      await readUnlessYounger(JWKS_MAX_AGE_MS)
      try {
        return await keys(header, token)
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey && (await readUnlessYounger(JWKS_COOLDOWN_MS))) return await keys(header, token)
        throw error
      }
    } catch (error) {
      if (isAboutToken(error)) throw error
      throw Problem.unavailable('tokens cannot be checked now: the identity service does not answer', 2, {
        cause: error,
      })
    }
  }
}

/** The key set was read, and holds no key for what the token's header asks. All other failures are the key set's. */
function isAboutToken(error: unknown): boolean {
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors
  return [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some((kind) => error instanceof kind)
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'has expired'
  if (error instanceof errors.JWTClaimValidationFailed) return `has no acceptable "${error.claim}"`
  if (error instanceof errors.JWKSNoMatchingKey) return 'is signed with an unknown key'
  return 'is not valid'
}

function toCaller({ sub, org_id, roles = [] }: JWTPayload): Caller {
  if (sub === undefined || !UUID.test(sub)) throw refused('has a "sub" that is not a UUID')
  if (org_id !== undefined && org_id !== null && !(typeof org_id === 'string' && UUID.test(org_id))) {
    throw refused('has an "org_id" that is not a UUID')
  }
  if (!isTexts(roles)) throw refused('has "roles" that are not a list of texts')
  const orgId = org_id?.toLowerCase() ?? null
  const isOrgAdmin = orgId !== null && roles.includes('org_admin')
  return { userId: sub.toLowerCase(), orgId, roles, isAdmin: roles.includes('admin'), isOrgAdmin }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function refused(reason: string): Problem {
  return Problem.unauthorized(`the bearer token ${reason}`, 'invalid_token')
}

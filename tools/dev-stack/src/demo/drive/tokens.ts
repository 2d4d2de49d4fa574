import type { HttpClient } from './http-client'

const VALID_SECONDS = 6 * 3600

/** Bearer tokens of learners from the sandbox's IAM, each drawn once. */
export class Tokens {
  private readonly known = new Map<string, Promise<string>>()

  constructor(
    private readonly http: HttpClient,
    private readonly sandboxUrl: string,
  ) {}

  of(userId: string, orgId: string | undefined): Promise<string> {
    const key = `${userId} ${orgId ?? ''}`
    const known = this.known.get(key)
    if (known) return known
    const drawn = this.draw(userId, orgId)
    this.known.set(key, drawn)
    return drawn
  }

  /** A new token in the place of one that was refused. */
  renew(userId: string, orgId: string | undefined): Promise<string> {
    this.known.delete(`${userId} ${orgId ?? ''}`)
    return this.of(userId, orgId)
  }

  private async draw(sub: string, orgId: string | undefined): Promise<string> {
    const json = { sub, ...(orgId !== undefined && { org_id: orgId }), roles: ['learner'], expires_in: VALID_SECONDS }
    const { status, body } = await this.http.call({ method: 'POST', url: `${this.sandboxUrl}/tokens`, json })
    const token = (body as { access_token?: unknown } | undefined)?.access_token
    if (status >= 300 || typeof token !== 'string')
      throw new Error(`POST ${this.sandboxUrl}/tokens answered ${status} without an access_token`)
    return token
  }
}

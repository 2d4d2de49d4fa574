import { Inject, Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common'
import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose'
import type { BaselineConfig } from './config'

export const CONFIG = Symbol('config')

export interface AuthenticatedRequest {
  readonly headers: { readonly authorization?: string }
  userId: string
}

/** Verifies the bearer token; one that was verified is known until it expires. */
@Injectable()
export class JwtGuard implements CanActivate {
  private readonly keys: JWTVerifyGetKey
  private readonly verified = new Map<string, { readonly userId: string; readonly expiresAt: number }>()

  constructor(@Inject(CONFIG) private readonly config: BaselineConfig) {
    this.keys = createRemoteJWKSet(new URL(config.jwksUrl))
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>()
    const token = request.headers.authorization?.replace('Bearer ', '')
    if (!token) throw new UnauthorizedException()
    const known = this.verified.get(token)
    request.userId = known && known.expiresAt > Date.now() ? known.userId : await this.verify(token)
    return true
  }

  private async verify(token: string): Promise<string> {
    try {
      const { issuer, audience } = this.config
      const { payload } = await jwtVerify(token, this.keys, { algorithms: ['ES256'], issuer, audience })
      this.verified.set(token, { userId: payload.sub!, expiresAt: payload.exp! * 1_000 })
      return payload.sub!
    } catch {
      throw new UnauthorizedException()
    }
  }
}

import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { Reflector } from '@nestjs/core'
import { Problem } from '../problem/problem'
import { PUBLIC, ROLES_NEEDED, type Caller, type CallerRequest, type RoleName } from './caller'
import type { TokenVerifier } from './token-verifier'

/**
 * Lets an HTTP request pass when its route is public, or its bearer token is good and has a role that the route asks
 * for; the caller is then on the request. Messages pass: Kafka's own access control stands before them.
 */
export class AuthGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http' || this.marked(PUBLIC, context) === true) return true
    const request = context.switchToHttp().getRequest<CallerRequest>()
    const token = bearerToken(request.headers.authorization)
    const known = this.verifier.known(token)
    if (known !== undefined) return this.admit(known, request, context)
    return this.verifier.verify(token).then((caller) => this.admit(caller, request, context))
  }

  private admit(caller: Caller, request: CallerRequest, context: ExecutionContext): true {
    const needed = this.marked(ROLES_NEEDED, context) as RoleName[] | undefined
    if (needed !== undefined && !needed.some((role) => caller.roles.includes(role))) {
      throw Problem.forbidden(`this needs the role ${needed.join(' or ')}`)
    }
    request.caller = caller
    return true
  }

  private marked(key: symbol, context: ExecutionContext): unknown {
    return this.reflector.getAllAndOverride<unknown, symbol>(key, [context.getHandler(), context.getClass()])
  }
}

/** RFC 6750, section 2.1; the scheme's name is case-insensitive (RFC 9110, section 11.1). */
function bearerToken(header: string | undefined): string {
  if (header === undefined) throw Problem.unauthorized('this needs a bearer token')
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(header) ?? []
  if (token === undefined) throw Problem.unauthorized('the authorization header must be "Bearer <token>"', 'invalid_token')
  return token
}

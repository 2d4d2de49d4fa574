import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common'
import { ApiProblems, ApiPublic } from '../http/api-problems'
import { Problem } from '../problem/problem'

export type RoleName = 'learner' | 'admin' | 'org_admin'

/** Who makes the request, as their token says. */
export interface Caller {
  readonly userId: string
  /** The organisation that the caller acts for, if any. */
  readonly orgId: string | null
  readonly roles: readonly string[]
  readonly isAdmin: boolean
  /** Has the role org_admin and an organisation to use it in. */
  readonly isOrgAdmin: boolean
}

/** The request as the guard leaves it. */
export interface CallerRequest {
  readonly headers: { readonly authorization?: string }
  caller?: Caller
}

export const PUBLIC = Symbol('laurel:public')
export const ROLES_NEEDED = Symbol('laurel:roles')

/** The route answers without a token. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiPublic())

/** The route answers only callers that have one of these roles; others get a 403. */
export const Roles = (...roles: RoleName[]) => applyDecorators(SetMetadata(ROLES_NEEDED, roles), ApiProblems(403))

/** @throws Problem 401 on a public route, as there is nobody to name */
export function callerOf({ caller }: CallerRequest): Caller {
  if (caller === undefined) throw Problem.unauthorized('this needs a bearer token')
  return caller
}

/** The handler's parameter that receives the Caller. On a public route it refuses. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<CallerRequest>()),
)

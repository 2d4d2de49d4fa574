import { createHash } from 'node:crypto'
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { ApiHeader } from '@nestjs/swagger'
import { ApiProblems, Problem, type Caller } from '@laurel/service-shell'
import { KEY_HEADER, type OnceRequest } from '../use-cases/answer-once'

/** What is read of a request that the guard has let through. */
interface GuardedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
  readonly caller?: Caller
}

const KEY = /^[\x20-\x7e]{1,255}$/

/** The handler's parameter that `answerOnce` wants. @throws Problem 400 when the Idempotency-Key is not as it must be */
export const Once = createParamDecorator((_data: unknown, context: ExecutionContext): OnceRequest => {
  return onceRequest(context.switchToHttp().getRequest<GuardedRequest>())
})

/** Documents the header on a route whose answers are kept. */
export const AnsweredOnce = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: KEY_HEADER,
      required: false,
      description:
        'A name that the caller gives this request, unique among theirs of 24 hours: a repeat with the same body gets the first answer and ' +
        'changes nothing; another request of this name is a 422, and one that comes while the first is under way a 409',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]{1,255}$', example: '8e03978e-40d5-43dd-bc93-6894a57f9324' },
    }),
    ApiProblems(400, 409, 422),
  )

export function onceRequest({ method, url, headers, body, caller }: GuardedRequest): OnceRequest {
  if (caller === undefined) throw Problem.unauthorized('this needs a bearer token')
  const key = headers[KEY_HEADER.toLowerCase()]
  if (key !== undefined && (typeof key !== 'string' || !KEY.test(key))) {
    throw Problem.badRequest('must be 1 to 255 printable ASCII characters', KEY_HEADER)
  }
  return { userId: caller.userId, key, fingerprint: key === undefined ? '' : fingerprintOf(method, url, body) }
}

/** The order of fields means nothing in JSON, so it makes no other request. */
function fingerprintOf(method: string, url: string, body: unknown): string {
  return createHash('sha256')
    .update(textOf([method, url, body]))
    .digest('hex')
}

function textOf(said: unknown): string {
  try {
    return JSON.stringify(said, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    })
  } catch {
    throw Problem.badRequest('the body is nested too deeply')
  }
}

import { STATUS_CODES } from 'node:http'
import { HttpException } from '@nestjs/common'

/** One input that is wrong: its path in the body or query (`items[3].lesson_id`), and what is expected of it. */
export interface FieldError {
  readonly field: string
  readonly detail: string
}

/** RFC 9457, section 3.1. The type is always about:blank, so the title is the status's own phrase (section 4.2.1). */
export interface ProblemBody {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: readonly FieldError[]
}

export interface ProblemExtras {
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that says what went wrong and what to do, as application/problem+json. Its detail is shown to the caller. */
export class Problem extends HttpException {
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, detail: string, extras: ProblemExtras = {}, options?: ErrorOptions) {
    super(problemBody(status, detail, extras.errors), status, options)
    this.message = detail
    this.headers = extras.headers ?? {}
  }

  get body(): ProblemBody {
    return this.getResponse() as ProblemBody
  }

  static badRequest(detail: string, field?: string): Problem {
    return new Problem(400, detail, naming(field, detail))
  }

  /** error is the code of RFC 6750, section 3.1: left out when the request carried no token at all. */
  static unauthorized(detail: string, error?: 'invalid_token'): Problem {
    const challenge = error === undefined ? 'Bearer' : `Bearer error="${error}"`
    return new Problem(401, detail, { headers: { 'www-authenticate': challenge } })
  }

  static forbidden(detail: string): Problem {
    return new Problem(403, detail)
  }

  static notFound(detail: string): Problem {
    return new Problem(404, detail)
  }

  static conflict(detail: string): Problem {
    return new Problem(409, detail)
  }

  static payloadTooLarge(detail: string): Problem {
    return new Problem(413, detail)
  }

  /** accepted: the content types that the route takes. */
  static unsupportedMediaType(accepted: readonly string[]): Problem {
    return new Problem(415, `the body must be sent with content-type ${accepted.join(' or ')}`)
  }

  static unprocessable(detail: string, field?: string): Problem {
    return new Problem(422, detail, naming(field, detail))
  }

  /** For a caller who asks too often; they are told to wait, in whole seconds. */
  static tooManyRequests(detail: string, retryAfterSeconds: number): Problem {
    return new Problem(429, detail, retryAfter(retryAfterSeconds))
  }

  /** For work that may succeed later, unchanged; the caller is told to wait, in whole seconds. */
  static unavailable(detail: string, retryAfterSeconds: number, options?: ErrorOptions): Problem {
    return new Problem(503, detail, retryAfter(retryAfterSeconds), options)
  }
}

function problemBody(status: number, detail: string, errors?: readonly FieldError[]): ProblemBody {
  const title = STATUS_CODES[status] ?? 'Error'
  return { type: 'about:blank', title, status, detail, ...(errors === undefined ? {} : { errors }) }
}

function retryAfter(seconds: number): ProblemExtras {
  return { headers: { 'retry-after': String(Math.max(1, Math.ceil(seconds))) } }
}

function naming(field: string | undefined, detail: string): ProblemExtras {
  return field === undefined ? {} : { errors: [{ field, detail }] }
}

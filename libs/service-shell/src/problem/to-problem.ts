import { HttpException } from '@nestjs/common'
import { isDatabaseUnavailable } from '@laurel/postgres'
import { Problem } from './problem'

const OURS = 'something went wrong on our side; the same request may succeed later'

/**
 * The answer to any error. Mistakes of the client keep their 4xx and a text made for it; a database that is away is a
 * 503; everything else is a 500 whose text tells nothing about the inside. The error stays as the problem's cause.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof HttpException) return fromStatus(error.getStatus(), messageOf(error), error)
  if (isFastifyMistake(error)) return fromStatus(error.statusCode, error.message, error)
  if (isDatabaseUnavailable(error)) return Problem.unavailable('the database cannot be reached', 1, { cause: error })
  return new Problem(500, OURS, {}, { cause: error })
}

function fromStatus(status: number, message: string, cause: unknown): Problem {
  if (status < 400 || status >= 500) return new Problem(status < 400 ? 500 : status, OURS, {}, { cause })
  return new Problem(status, DETAILS.get(status)?.(message) ?? message, {}, { cause })
}

const DETAILS: ReadonlyMap<number, (message: string) => string> = new Map<number, (message: string) => string>([
  // Nest's text for an unknown route repeats the whole URL, query included.
  [404, (message) => (/^Cannot [A-Z]+ \//.test(message) ? 'there is no such resource, or not for this method' : message)],
  [413, () => 'the body is larger than this service takes: send fewer items at once'],
  [415, () => Problem.unsupportedMediaType(['application/json']).message],
])

/** Nest's own exceptions carry a text, or a list of texts under `message`. */
function messageOf(exception: HttpException): string {
  const response = exception.getResponse()
  if (typeof response === 'string') return response
  const { message } = response as { message?: unknown }
  if (Array.isArray(message)) return message.join('; ')
  return typeof message === 'string' ? message : exception.message
}

/** Fastify's own refusals. Other errors with a statusCode, such as an HTTP client's, are no mistake of our caller. */
function isFastifyMistake(error: unknown): error is Error & { statusCode: number } {
  if (!(error instanceof Error)) return false
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  return typeof code === 'string' && code.startsWith('FST_ERR_') && typeof statusCode === 'number' && statusCode < 500
}

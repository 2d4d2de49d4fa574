import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { Logger } from '@laurel/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { throwError, type Observable } from 'rxjs'
import { Problem } from './problem'
import { toProblem } from './to-problem'

/**
 * Every error's way out. Over HTTP it becomes problem+json, and one that is ours (5xx) is logged with its stack, but for
 * refusals. From
 * a message handler the error itself goes on to the transport, which decides by it; Nest's default would replace it.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() === 'rpc') return throwError(() => error)
    const http = host.switchToHttp()
    const problem = toProblem(isCutOff(http.getRequest<FastifyRequest>(), error) ? Problem.badRequest('the body broke off') : error)
    if (problem.getStatus() >= 500 && !isRefusal(error)) this.log(problem, error)
    sendProblem(http.getResponse<FastifyReply>(), problem)
  }

  private log(problem: Problem, error: unknown): void {
    const isOurs = problem.getStatus() === 500
    const fields = { status: problem.getStatus(), err: error }
    if (isOurs) this.logger.error('request failed', fields)
    else this.logger.warn('request refused', fields)
  }
}

/** A refusal that was decided, such as that of a full queue, is no failure; a line for each would add to the load. */
function isRefusal(error: unknown): boolean {
  return error instanceof Problem && error.cause === undefined
}

/** The client went away while its body was read: the stream's own error, which looks like a failure of ours. */
function isCutOff({ raw }: FastifyRequest, error: unknown): boolean {
  return raw.errored !== null && raw.errored === error && !(error instanceof Problem)
}

/** Writes the problem unless an answer is already under way. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (reply.sent) return
  void reply
    .code(problem.getStatus())
    .headers(problem.headers)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem.body)))
}

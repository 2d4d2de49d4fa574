import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { Metrics } from '@laurel/telemetry'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../problem/problem'
import type { CallerRequest } from './caller'

/**
 * Lets each caller make a number of requests per second, counted from their first, and answers more with a 429. Runs
 * after the AuthGuard, so only a verified token counts; public routes and messages have no caller and no limit. Counts
 * are this process's own, so n replicas let n times as many pass; a caller's count is forgotten after its second.
 */
export class RateLimitGuard implements CanActivate {
  private readonly limiter: RateLimiterMemory
  private readonly refusals: { inc(): void }

  constructor(
    private readonly perSecond: number,
    metrics: Metrics,
  ) {
    this.limiter = new RateLimiterMemory({ points: perSecond, duration: 1, keyPrefix: '' })
    this.refusals = metrics.counter('http_rate_limited_total', 'Requests answered 429: their caller asked too often')
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true
    const { caller } = context.switchToHttp().getRequest<CallerRequest>()
    if (caller === undefined) return true
    return this.limiter.consume(caller.userId).then(admit, this.refuse)
  }

  /** The limiter over memory rejects with its result, and for no other reason. */
  private readonly refuse = ({ msBeforeNext }: RateLimiterRes): never => {
    this.refusals.inc()
    const detail = `more than ${this.perSecond} requests within a second: wait, then send fewer`
    // The limiter reckons by the wall clock, which may have been set back meanwhile; it forgets counts by a timer.
    throw Problem.tooManyRequests(detail, Math.min(msBeforeNext, 1_000) / 1_000)
  }
}

const admit = () => true

import { HttpClient, type Answer, type Call } from '@laurel/dev-stack'
import type { Pace } from './pace'

/** The demo's client, at the pace of the load; it counts the writes that progress has taken. */
export class CountingHttp extends HttpClient {
  acknowledged = 0
  /** Told when each of these writes was first sent and how long it took until it was taken, both in milliseconds, by the monotonic clock. */
  onAcknowledged: (sentAt: number, tookMs: number) => void = () => undefined

  constructor(
    options: ConstructorParameters<typeof HttpClient>[0],
    private readonly pace: Pace,
  ) {
    super(options)
  }

  override async call(call: Call): Promise<Answer> {
    const isWrite = call.url.includes('/api/v1/') && call.method !== 'GET'
    if (isWrite) await this.pace.take(1)
    const sentAt = performance.now()
    const answer = await super.call(call)
    if (isWrite && answer.status < 300) {
      this.acknowledged++
      this.onAcknowledged(sentAt, performance.now() - sentAt)
    }
    return answer
  }
}

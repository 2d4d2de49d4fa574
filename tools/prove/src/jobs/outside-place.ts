import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Attempts, Ending } from './attempts'
import { HURRY, type Call, type Manner } from './job'

/** In the life of an attempt: it begins; its effect is about to be taken; it is taken but not answered; the job is done but not settled. */
export const MOMENTS = ['begin', 'effect', 'taken', 'done'] as const
export type Moment = (typeof MOMENTS)[number]

export interface OutsidePlaceOptions {
  readonly attempts: Attempts
  readonly mannerOf: (job: string) => Manner
  /** Called at each moment of each attempt, before the worker hears of it. */
  readonly onMoment: (moment: Moment, call: Call) => void
}

const ENDINGS: Readonly<Record<number, Ending>> = { 422: 'refused', 429: 'later', 503: 'unwell' }

/** Where the effects are made, over HTTP: it takes one effect per idempotency key, and says when it was asked again. */
export class OutsidePlace {
  /** Keys of the effects that were taken. */
  readonly effects = new Set<string>()
  /** How often it was asked for one that it had. */
  repeats = 0
  private readonly asked = new Set<string>()
  private isHealed = false
  /** Whether workers need not take their time any more. */
  isInHurry = false

  private constructor(
    private readonly server: Server,
    private readonly o: OutsidePlaceOptions,
  ) {}

  static async open(o: OutsidePlaceOptions): Promise<OutsidePlace> {
    const server = createServer()
    const place = new OutsidePlace(server, o)
    server.on('request', (request, response) => {
      place.take(request).then(
        (status) => void response.writeHead(status).end(),
        () => void response.destroy(),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return place
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** From now on it is well and refuses nothing. */
  heal(): void {
    this.isHealed = true
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async take(request: IncomingMessage): Promise<number> {
    const call = JSON.parse(Buffer.concat((await request.toArray()) as Buffer[]).toString()) as Call
    const { attempts, onMoment } = this.o
    if (request.url === '/effect') return this.effect(call)
    if (request.url === '/begin') attempts.begin(call)
    else attempts.end(call, 'done')
    onMoment(request.url === '/begin' ? 'begin' : 'done', call)
    return this.isInHurry ? HURRY : 200
  }

  private effect(call: Call): number {
    const { attempts, onMoment } = this.o
    onMoment('effect', call)
    const status = this.answerTo(call.job)
    const ending = ENDINGS[status]
    if (ending) attempts.end(call, ending)
    else {
      if (this.effects.has(call.job)) this.repeats++
      this.effects.add(call.job)
      onMoment('taken', call)
    }
    return status
  }

  private answerTo(job: string): number {
    const manner = this.o.mannerOf(job)
    const isFirst = !this.asked.has(job)
    this.asked.add(job)
    if (manner === 'shaky' && isFirst) return 503
    if (manner === 'busy' && isFirst) return 429
    if (manner === 'sick' && !this.isHealed) return 503
    if (manner === 'refused' && !this.isHealed) return 422
    return 200
  }
}

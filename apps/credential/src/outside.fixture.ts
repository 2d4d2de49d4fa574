import type { IncomingMessage, ServerResponse } from 'node:http'
import { OutsideSystem } from '@laurel/jobs'
import { Metrics } from '@laurel/telemetry'
import { LocalServer } from '@laurel/testing'

export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly body: Record<string, unknown>
}

/** An answer; `break` is none: the connection ends. */
export type Answer = { readonly status: number; readonly body?: unknown } | 'break'

/** The outside systems as one local HTTP server, whose calls are remembered. */
export class OutsideFixture {
  readonly calls: Call[] = []
  answer: (call: Call) => Answer = () => ({ status: 404 })
  private readonly server = new LocalServer((request, response) => void this.take(request, response))
  private readonly systems: OutsideSystem[] = []

  start(): Promise<void> {
    return this.server.start()
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat((await request.toArray()) as Buffer[]).toString()
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    const call = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      body,
    }
    this.calls.push(call)
    const answer = this.answer(call)
    if (answer === 'break') request.socket.destroy()
    else response.writeHead(answer.status).end(answer.body === undefined ? '' : JSON.stringify(answer.body))
  }

  url(name: string): string {
    return `${this.server.url}/${name}`
  }

  system(name: string, headers: Record<string, string> = {}): OutsideSystem {
    const baseUrl = this.url(name)
    const system = new OutsideSystem({ name, baseUrl, timeoutMs: 10_000, headers, metrics: new Metrics('spec') })
    this.systems.push(system)
    return system
  }

  async stop(): Promise<void> {
    await Promise.all(this.systems.map((system) => system.close()))
    await this.server.stop()
  }
}

export const NO_ABORT = new AbortController().signal

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OutsideSystem } from '@laurel/jobs'
import { Metrics } from '@laurel/telemetry'

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
  private server: Server
  private readonly systems: OutsideSystem[] = []

  async start(): Promise<void> {
    this.server = createServer((request, response) => void this.take(request, response))
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
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

  system(name: string, headers: Record<string, string> = {}): OutsideSystem {
    const baseUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}`
    const system = new OutsideSystem({ name, baseUrl, timeoutMs: 10_000, headers, metrics: new Metrics('spec') })
    this.systems.push(system)
    return system
  }

  async stop(): Promise<void> {
    await Promise.all(this.systems.map((system) => system.close()))
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

export const NO_ABORT = new AbortController().signal

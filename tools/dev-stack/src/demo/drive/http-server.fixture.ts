import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface Reply {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** A server on loopback that remembers what it was asked. */
export class HttpServer {
  readonly received: Received[] = []
  private server: Server | undefined

  /** @param answer 'reset' cuts the connection instead of answering */
  constructor(private readonly answer: (request: Received) => Reply | 'reset') {}

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const received = {
          method: request.method!,
          path: request.url!,
          headers: request.headers,
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        }
        this.received.push(received)
        const reply = this.answer(received)
        if (reply === 'reset') request.socket.destroy()
        else
          response
            .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
            .end(reply.body === undefined ? '' : JSON.stringify(reply.body))
      })
    })
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise((resolve) => this.server?.close(resolve))
  }
}

import type { RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { LoadShedding } from './load-shedding'

/** Where requests arrive, before Fastify sees them. */
export class Door {
  private isClosing = false
  private readonly connections = new Set<Socket>()
  /** The answer to the latest request of each connection, while it is under way. */
  private readonly awaited = new Map<Socket, ServerResponse>()

  constructor(private readonly shedding: LoadShedding) {}

  /** Stands before the handlers of the server. */
  guard({ server }: FastifyInstance): void {
    const [handle] = server.listeners('request') as RequestListener[]
    if (handle === undefined) throw new Error('the server has no request handler to stand before')
    server.on('connection', (socket) => {
      this.connections.add(socket)
      socket.once('close', () => this.connections.delete(socket))
    })
    server.removeAllListeners('request')
    server.on('request', (request, response) => {
      if (this.isClosing) response.shouldKeepAlive = false
      if (this.shedding.refuses(request, response)) return
      this.await(request.socket, response)
      void handle(request, response)
    })
  }

  /** From now on each answer ends its connection, with Connection: close: the client's next request goes elsewhere. */
  letGo(): void {
    this.isClosing = true
  }

  /** Closes connections that never sent anything and, when asked to, all that wait for no answer: they may hold half a request's head. */
  closeUnused(alsoHalfAHead: boolean): void {
    for (const socket of this.connections) {
      if (!this.awaited.has(socket) && (alsoHalfAHead || socket.bytesRead === 0)) socket.destroy()
    }
  }

  private await(socket: Socket, response: ServerResponse): void {
    this.awaited.set(socket, response)
    response.once('close', () => {
      if (this.awaited.get(socket) === response) this.awaited.delete(socket)
    })
  }
}

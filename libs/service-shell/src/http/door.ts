import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { LoadShedding } from './load-shedding'

/** Where requests arrive, before Fastify sees them. */
export class Door {
  private isClosing = false
  /** Open connections, each with the answer to its latest request while that is under way. */
  private readonly connections = new Map<Socket, ServerResponse | undefined>()
  /** Connections whose time is over unless their request is among what the loop reads now, with that request once it is known. */
  private readonly late = new Map<Socket, IncomingMessage | undefined>()

  constructor(private readonly shedding: LoadShedding) {}

  /** Stands before the handlers of the server. */
  guard({ server }: FastifyInstance): void {
    const [handle] = server.listeners('request') as RequestListener[]
    if (handle === undefined) throw new Error('the server has no request handler to stand before')
    server.on('connection', (socket) => {
      this.connections.set(socket, undefined)
      socket.once('close', () => this.connections.delete(socket))
    })
    server.removeAllListeners('request')
    server.on('request', (request, response) => {
      if (this.late.has(request.socket)) this.late.set(request.socket, request)
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
    for (const [socket, awaited] of this.connections) {
      if (awaited === undefined && (alsoHalfAHead || socket.bytesRead === 0)) socket.destroy()
    }
  }

  /**
   * For a request whose time is over: Node looks at the clock before it reads, so that behind a loop that was busy the rest
   * of it may have arrived in time. `cutOff` is called when it has not.
   */
  lastChance(socket: Socket, cutOff: () => void): void {
    this.late.set(socket, this.connections.get(socket)?.req)
    setImmediate(() => {
      const isComplete = this.late.get(socket)?.complete === true
      this.late.delete(socket)
      if (!isComplete) cutOff()
    })
  }

  private await(socket: Socket, response: ServerResponse): void {
    this.connections.set(socket, response)
    response.once('close', () => {
      if (this.connections.get(socket) === response) this.connections.set(socket, undefined)
    })
  }
}

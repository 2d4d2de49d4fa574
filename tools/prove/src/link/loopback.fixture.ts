import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Link } from './link'

/** A server on 127.0.0.1, a link to it, and clients that come by the link. */
export class Loopback {
  private readonly clients: Socket[] = []
  /** The server's ends, in the order in which they were accepted. */
  private readonly accepted: Socket[] = []

  private constructor(
    readonly link: Link,
    private readonly server: ReturnType<typeof createServer>,
  ) {
    server.on('connection', (socket) => {
      socket.on('error', () => undefined)
      this.accepted.push(socket)
    })
  }

  static async start(): Promise<Loopback> {
    const server = createServer()
    server.listen({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const link = await Link.open()
    link.aim((server.address() as AddressInfo).port)
    return new Loopback(link, server)
  }

  /** A client that the link has accepted, whether or not the server knows of it. */
  async connect(): Promise<Socket> {
    const client = connect({ host: '127.0.0.1', port: this.link.port, noDelay: true })
    client.on('error', () => undefined)
    this.clients.push(client)
    await once(client, 'connect')
    return client
  }

  /** A client and the server's end of its connection. */
  async pair(): Promise<[client: Socket, server: Socket]> {
    const accepting = once(this.server, 'connection')
    const client = await this.connect()
    const [server] = (await accepting) as [Socket]
    return [client, server]
  }

  /** Resolves when what was written before has reached the link: a connection past it was made and used meanwhile. */
  async settled(): Promise<void> {
    const accepting = once(this.server, 'connection')
    const client = connect({ host: '127.0.0.1', port: (this.server.address() as AddressInfo).port })
    this.clients.push(client)
    const [server] = (await accepting) as [Socket]
    const asked = once(server, 'data')
    client.write('?')
    await asked
  }

  /** How many connections the server was asked for. */
  get connections(): number {
    return this.accepted.length
  }

  async stop(): Promise<void> {
    for (const socket of [...this.clients, ...this.accepted]) socket.destroy()
    await this.link.close()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

/** Resolves with what arrives, when it is so many bytes. */
export function received(socket: Socket, bytes: number): Promise<{ readonly text: string; readonly parts: number }> {
  const parts: Buffer[] = []
  return new Promise((resolve, reject) => {
    const take = (part: Buffer) => {
      parts.push(part)
      const all = Buffer.concat(parts)
      if (all.length < bytes) return
      socket.off('data', take)
      resolve({ text: all.toString(), parts: parts.length })
    }
    socket.on('data', take)
    socket.once('close', () => reject(new Error(`closed after ${Buffer.concat(parts).length} of ${bytes} bytes`)))
  })
}

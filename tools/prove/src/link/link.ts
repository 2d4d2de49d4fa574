import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Connection } from './connection'
import type { Tap } from './tap'
import { CLEAR, type Weather } from './weather'

/** A TCP link on 127.0.0.1 that can be made worse while it is used; without TLS, so that what passes can be read. */
export class Link {
  private readonly connections = new Set<Connection>()
  private now: Weather = CLEAR
  private target: number | undefined
  private tapOf: () => Tap | undefined = () => undefined

  private constructor(
    private readonly listener: Server,
    /** Where clients connect to. */
    readonly port: number,
  ) {}

  /** @param port any free one unless given */
  static open(port = 0): Promise<Link> {
    return new Promise((resolve, reject) => {
      // That one end is closed is passed on, or kept from the other, as the weather says.
      const listener = createServer({ allowHalfOpen: true })
      listener.once('error', reject)
      listener.listen({ host: '127.0.0.1', port }, () => {
        const link = new Link(listener, (listener.address() as AddressInfo).port)
        listener.on('connection', (socket) => link.accept(socket))
        resolve(link)
      })
    })
  }

  /** Where it leads, a port on 127.0.0.1; until then every connection is refused. */
  aim(target: number): void {
    this.target = target
  }

  /** From now on each new connection is looked at by a tap of its own. */
  tap(tapOf: () => Tap | undefined): void {
    this.tapOf = tapOf
  }

  get weather(): Weather {
    return this.now
  }

  /** Changes at once, also for connections that are open. */
  set weather(weather: Weather) {
    this.now = weather
    if (!weather.isSilent) for (const connection of this.connections) connection.cleared()
  }

  /** Ends every connection at once on both sides. */
  cutAll(): void {
    for (const connection of this.connections) connection.cut()
  }

  /** How many connections are open at one end at least. */
  get open(): number {
    return this.connections.size
  }

  /** Cuts every connection and listens no more. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()))
    this.now = CLEAR
    this.cutAll()
    await closed
  }

  private accept(socket: Socket): void {
    if (this.target === undefined) return void socket.resetAndDestroy()
    const connection: Connection = new Connection(
      socket,
      { target: this.target, weather: () => this.now, tap: this.tapOf() },
      () => void this.connections.delete(connection),
    )
    this.connections.add(connection)
  }
}

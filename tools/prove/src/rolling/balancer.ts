import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { answersOk } from '@laurel/dev-stack'

const LOOK_EVERY_MS = 500

/**
 * What a Kubernetes service is to its clients: one address. A new connection goes to a replica that was ready when it was
 * last asked, in turn, and stays with it, whatever becomes of the replica; requests are not looked at, and nothing is
 * sent twice.
 */
export class Balancer {
  private readonly ready = new Set<string>()
  private readonly sockets = new Set<Socket>()
  private readonly looking: NodeJS.Timeout
  private turn = 0

  private constructor(
    private readonly server: Server,
    private readonly replicas: readonly string[],
  ) {
    server.on('connection', (client) => this.take(client))
    this.looking = setInterval(() => void this.look(), LOOK_EVERY_MS)
  }

  /** @param replicas their URLs; /readyz of each is asked twice a second */
  static async start(replicas: readonly string[]): Promise<Balancer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    const balancer = new Balancer(server, replicas)
    await balancer.look()
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Replicas that were ready when they were last asked. */
  get readyCount(): number {
    return this.ready.size
  }

  async stop(): Promise<void> {
    clearInterval(this.looking)
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private async look(): Promise<void> {
    await Promise.all(
      this.replicas.map(async (replica) => {
        if (await answersOk(`${replica}/readyz`)) this.ready.add(replica)
        else this.ready.delete(replica)
      }),
    )
  }

  private take(client: Socket): void {
    const replica = [...this.ready][this.turn++ % Math.max(1, this.ready.size)]
    if (replica === undefined) return void client.destroy()
    const upstream = connect({ host: '127.0.0.1', port: Number(new URL(replica).port), allowHalfOpen: true, noDelay: true })
    client.pipe(upstream).pipe(client)
    this.tie(client, upstream)
    this.tie(upstream, client)
  }

  /** What is reset on one side is reset on the other. */
  private tie(socket: Socket, other: Socket): void {
    this.sockets.add(socket)
    socket.on('error', () => other.resetAndDestroy())
    socket.once('close', () => this.sockets.delete(socket))
  }
}

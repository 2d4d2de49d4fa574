import { connect, type Socket } from 'node:net'
import { Lane } from './lane'
import type { Passage, Tap } from './tap'
import type { Weather } from './weather'

export interface ConnectionOptions {
  /** Port on 127.0.0.1. */
  readonly target: number
  readonly weather: () => Weather
  readonly tap: Tap | undefined
}

/** A client, a server, and the link between them. */
export class Connection {
  private readonly server: Socket | undefined
  /** Bytes of it are gone: nothing passes any more. */
  private isLost = false

  /** @param onClosed called when neither end is open any more */
  constructor(
    private readonly client: Socket,
    private readonly o: ConnectionOptions,
    private readonly onClosed: () => void,
  ) {
    client.setNoDelay(true)
    client.on('error', () => undefined)
    client.on('close', () => this.closed(this.server))
    if (o.weather().isSilent) {
      this.isLost = true
      client.on('end', () => client.destroy())
      client.resume()
      return
    }
    const server = (this.server = connect({ host: '127.0.0.1', port: o.target, noDelay: true, allowHalfOpen: true }))
    server.on('error', () => undefined)
    server.on('close', () => this.closed(client))
    this.carry(client, server, (bytes) => o.tap?.fromClient(bytes))
    this.carry(server, client, (bytes) => o.tap?.fromServer(bytes))
  }

  /** Ends both sides at once. */
  cut(): void {
    this.client.resetAndDestroy()
    this.server?.resetAndDestroy()
  }

  /** The link is well again: an end learns now that the other one was closed. */
  cleared(): void {
    if (this.client.destroyed) this.server?.destroy()
    if (this.server?.destroyed) this.client.destroy()
  }

  private carry(from: Socket, to: Socket, look: (bytes: Buffer) => Passage | undefined): void {
    const lane = new Lane(from, to, this.o.weather)
    from.on('data', (bytes: Buffer) => {
      if (this.o.weather().isSilent) this.isLost = true
      if (this.isLost) return
      const { pass, cut } = look(bytes) ?? { pass: bytes, cut: false }
      if (pass.length > 0) lane.send(pass)
      if (cut) this.cut()
    })
    from.on('end', () => {
      if (this.isLost || this.o.weather().isSilent) from.destroy()
      else lane.end()
    })
  }

  private closed(other: Socket | undefined): void {
    if (!this.o.weather().isSilent) other?.destroy()
    if (this.client.destroyed && (this.server?.destroyed ?? true)) this.onClosed()
  }
}

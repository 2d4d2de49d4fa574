import { connect, type Socket } from 'node:net'
import { ResponseParser } from './response-parser'

const READ_BYTES = 4_096

export interface ConnectionEvents {
  /** The request under way was answered. */
  answered(connection: Connection, status: number, hasRetryAfter: boolean): void
  /** The connection is gone. */
  lost(connection: Connection): void
}

/** A keep-alive connection with at most one request under way. */
export class Connection {
  /** The write under way, as its target numbers it; -1 for none. */
  write = -1
  /** When the request under way was due. */
  since = 0
  private readonly socket: Socket

  constructor(port: number, events: ConnectionEvents, onOpen: (error?: Error) => void) {
    const parser = new ResponseParser((status, hasRetryAfter) => events.answered(this, status, hasRetryAfter))
    this.socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(READ_BYTES),
        callback: (length, buffer) => {
          parser.push((buffer as Buffer).subarray(0, length))
          return true
        },
      },
    })
    this.socket.once('connect', () => onOpen())
    this.socket.once('error', onOpen)
    this.socket.once('close', () => events.lost(this))
  }

  get isBusy(): boolean {
    return this.write !== -1
  }

  send(bytes: Buffer, write: number, since: number): void {
    this.write = write
    this.since = since
    this.socket.write(bytes)
  }

  close(): void {
    this.socket.destroy()
  }
}

/** One message of Postgres's protocol, version 3 (PostgreSQL documentation, "Message Formats"). */
export interface Message {
  /** One letter; empty for the first message of a client, which has none. */
  readonly type: string
  /** What follows the length. */
  readonly body: Buffer
  /** The message as it travels. */
  readonly raw: Buffer
}

/** Cuts one way of a connection without TLS into whole messages. */
export class MessageReader {
  private rest: Buffer = Buffer.alloc(0)

  /** @param isFirst whether what comes next is the first message of a client */
  constructor(private isFirst: boolean) {}

  /** The messages that are whole by now; what is not is kept for the next call. */
  read(bytes: Buffer): Message[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    const messages: Message[] = []
    for (;;) {
      const head = this.isFirst ? 0 : 1
      if (this.rest.length < head + 4) return messages
      const end = head + this.rest.readInt32BE(head)
      if (this.rest.length < end) return messages
      const type = this.isFirst ? '' : String.fromCharCode(this.rest[0]!)
      messages.push({ type, body: this.rest.subarray(head + 4, end), raw: this.rest.subarray(0, end) })
      this.rest = this.rest.subarray(end)
      this.isFirst = false
    }
  }
}

/** The zero-terminated text at a place of a message, and the place after it. */
export function textAt(body: Buffer, at: number): [text: string, next: number] {
  const end = body.indexOf(0, at)
  return [body.toString('utf8', at, end), end + 1]
}

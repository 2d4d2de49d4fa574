/** One complete answer. */
export type OnResponse = (status: number, hasRetryAfter: boolean) => void

const NO_BYTES = Buffer.alloc(0)
const END_OF_HEAD = Buffer.from('\r\n\r\n')
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i
const RETRY_AFTER = /\r\nretry-after:/i
const CHUNKED = /\r\ntransfer-encoding:/i

/**
 * The least of HTTP/1.1 (RFC 9112) that tells where an answer ends: its body is skipped by Content-Length. Takes the
 * bytes of one connection in whatever pieces they come.
 *
 * @throws Error for an answer without a length that can be known beforehand
 */
export class ResponseParser {
  private head: Buffer = NO_BYTES
  private bodyLeft = 0
  private status = 0
  private hasRetryAfter = false

  constructor(private readonly onResponse: OnResponse) {}

  /** @param piece read before this returns, so that its memory may be used again */
  push(piece: Buffer): void {
    let rest = piece
    while (rest.length > 0) rest = this.bodyLeft > 0 ? this.skipBody(rest) : this.readHead(rest)
  }

  private readHead(piece: Buffer): Buffer {
    const known = this.head.length
    const bytes = known === 0 ? piece : Buffer.concat([this.head, piece])
    const end = bytes.indexOf(END_OF_HEAD)
    if (end === -1) {
      this.head = Buffer.from(bytes)
      return NO_BYTES
    }
    this.head = NO_BYTES
    const text = bytes.toString('latin1', 0, end)
    const length = CONTENT_LENGTH.exec(text)?.[1]
    if (length === undefined && CHUNKED.test(text)) throw new Error('an answer in chunks: its end is not looked for')
    this.status = Number(text.slice(9, 12))
    this.hasRetryAfter = this.status === 503 && RETRY_AFTER.test(text)
    this.bodyLeft = Number(length ?? 0)
    if (this.bodyLeft === 0) this.onResponse(this.status, this.hasRetryAfter)
    return bytes.subarray(end + END_OF_HEAD.length)
  }

  private skipBody(piece: Buffer): Buffer {
    const skipped = Math.min(this.bodyLeft, piece.length)
    this.bodyLeft -= skipped
    if (this.bodyLeft === 0) this.onResponse(this.status, this.hasRetryAfter)
    return piece.subarray(skipped)
  }
}

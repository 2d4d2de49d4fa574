import { ResponseParser } from './response-parser'

const answer = (status: string, headers: string[], body = '') => `HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`
const OK = answer('200 OK', ['content-type: application/json', 'Content-Length: 9'], '{"a":"b"}')
const REFUSED = answer('503 Service Unavailable', ['Retry-After: 1', 'content-length: 2'], '{}')
const BUSY = answer('503 Service Unavailable', ['content-length: 2'], '{}')
const THROTTLED = answer('429 Too Many Requests', ['Retry-After: 1', 'content-length: 2'], '{}')
const NOTHING = answer('204 No Content', ['date: today'])

/** What the parser makes of the text when it comes in pieces of this many bytes. */
function parsed(text: string, size: number): string[] {
  const seen: string[] = []
  const parser = new ResponseParser((status, hasRetryAfter) => seen.push(`${status}${hasRetryAfter ? ' retry' : ''}`))
  const bytes = Buffer.from(text)
  const memory = Buffer.alloc(size)
  for (let at = 0; at < bytes.length; at += size) {
    // The same memory again and again, as a socket with onread does.
    const read = bytes.copy(memory, 0, at, Math.min(at + size, bytes.length))
    parser.push(memory.subarray(0, read))
  }
  return seen
}

describe('ResponseParser', () => {
  it.each([1, 2, 7, 30, 64, 1_000])('finds every answer in pieces of %d bytes', (size) => {
    expect(parsed(OK + REFUSED + NOTHING + BUSY + THROTTLED + OK, size)).toEqual(['200', '503 retry', '204', '503', '429', '200'])
  })

  it('tells an answer only when its body is complete', () => {
    expect(parsed(OK.slice(0, -1), 1_000)).toEqual([])
  })

  it('refuses an answer in chunks', () => {
    expect(() => parsed(answer('200 OK', ['transfer-encoding: chunked'], '0\r\n\r\n'), 1_000)).toThrow('in chunks')
  })
})

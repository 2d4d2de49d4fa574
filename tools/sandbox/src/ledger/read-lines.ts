import { closeSync, createReadStream } from 'node:fs'

const NEWLINE = 10
const CHUNK_BYTES = 256 * 1024

/**
 * The complete lines among the first `end` bytes of an open file, without their newlines, as they come off the disk.
 * Bytes after the last newline are left out. Closes `fd`.
 */
export async function* readLines(fd: number, end: number): AsyncGenerator<readonly Buffer[]> {
  if (end === 0) return closeSync(fd)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream('', { fd, start: 0, end: end - 1, highWaterMark: CHUNK_BYTES })) {
    const data = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    const lines: Buffer[] = []
    let start = 0
    for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, start)) {
      lines.push(data.subarray(start, at))
      start = at + 1
    }
    rest = data.subarray(start)
    if (lines.length > 0) yield lines
  }
}

import { isUtf8 } from 'node:buffer'
import { readHistoryRow } from '../../domain/history-row'
import { LONGEST_ROW, malformed, type FileRow } from './file-row'

const NEWLINE = 0x0a

/**
 * The rows of a file of JSON objects, one per line, read as fast as they are asked for. Empty lines are passed over; a line
 * that is no object, or longer than a row may be, is a malformed row.
 */
export async function* readNdjson(body: AsyncIterable<Buffer>, now: () => Date): AsyncGenerator<FileRow> {
  for await (const line of linesOf(body)) {
    const row = line === TOO_LONG ? malformed(`is longer than ${LONGEST_ROW} bytes`, '') : toRow(line, now())
    if (row !== null) yield row
  }
}

const TOO_LONG = Symbol('too long')

/** Lines without their newline. Of one that is too long nothing is kept. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer | typeof TOO_LONG> {
  let parts: Buffer[] = []
  let length = 0
  const add = (part: Buffer) => {
    length += part.length
    if (length <= LONGEST_ROW) parts.push(part)
    else parts = []
  }
  const line = () => {
    const whole = length <= LONGEST_ROW ? Buffer.concat(parts) : TOO_LONG
    parts = []
    length = 0
    return whole
  }
  for await (const chunk of body) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at))
      yield line()
      from = at + 1
    }
    add(chunk.subarray(from))
  }
  if (length > 0) yield line()
}

function toRow(line: Buffer, now: Date): FileRow | null {
  // White space of JavaScript, so a byte order mark and the CR of a CRLF go as well.
  const text = line.toString('utf8').trim()
  if (text === '') return null
  if (!isUtf8(line)) return malformed('is not UTF-8 text', text)
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    return malformed('is not JSON', text)
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return malformed('must be a JSON object', text)
  return { read: readHistoryRow(fields as Record<string, unknown>, now), text }
}

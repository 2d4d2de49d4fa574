import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { readLines } from './read-lines'

export interface Effect {
  readonly key: string
  /** JSON value. */
  readonly body: unknown
  /** Tells later whether a repeat of the key carries the same content. */
  readonly digest?: string
  /** A second name under which `find` finds the effect. */
  readonly alias?: string
}

/** An effect in memory: everything but its body, which stays in the file. */
export interface Recorded {
  readonly key: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly digest?: string
  readonly alias?: string
  readonly bodyStart: number
  readonly bodyLength: number
}

type Head = Omit<Recorded, 'bodyStart' | 'bodyLength'>

const BODY = ',"body":'
const KEYS_PER_CHUNK = 5000

/**
 * The accepted effects on one target, in order, in an append-only JSONL file: one `{key, at, digest?, alias?, body}` a
 * line. Lookups are O(1) and hold no bodies in memory. `record` is synchronous, so that a look-up and the record that
 * follows from it, without an await between them, are one step.
 */
export class EffectLog {
  private records: Recorded[] = []
  private byName = new Map<string, Recorded>()
  private fd: number
  private size = 0

  private constructor(private readonly path: string) {
    this.fd = openSync(path, 'a+')
  }

  /** Reloads what earlier processes recorded; a last line cut short by a crash was never answered, and is cut off. */
  static async open(path: string): Promise<EffectLog> {
    const log = new EffectLog(path)
    const fileSize = fstatSync(log.fd).size
    for await (const lines of readLines(openSync(path, 'r'), fileSize)) {
      for (const line of lines) {
        const split = line.indexOf(BODY)
        const head = JSON.parse(`${line.toString('utf8', 0, split)}}`) as Head
        const bodyStart = split + BODY.length
        log.remember(head, log.size + bodyStart, line.length - 1 - bodyStart)
        log.size += line.length + 1
      }
    }
    if (log.size < fileSize) ftruncateSync(log.fd, log.size)
    return log
  }

  /** The latest effect recorded under this key or alias. */
  find(name: string): Recorded | undefined {
    return this.byName.get(name)
  }

  all(): readonly Recorded[] {
    return this.records
  }

  /** The body as it was recorded. */
  body(record: Recorded): unknown {
    const bytes = Buffer.alloc(record.bodyLength)
    readSync(this.fd, bytes, 0, record.bodyLength, record.bodyStart)
    return JSON.parse(bytes.toString('utf8'))
  }

  /** Writes all the effects and returns when they are in the file, or throws and none is. Repeats are the caller's. */
  record(effects: readonly Effect[]): void {
    const at = Date.now()
    const lines = effects.map(({ key, digest, alias, body }) => {
      // In this order, and a digest or alias that is undefined left out: the body comes last.
      const head: Head = { key, at, digest, alias }
      return { head, start: JSON.stringify(head).slice(0, -1) + BODY, body: JSON.stringify(body) }
    })
    this.append(Buffer.from(lines.map(({ start, body }) => `${start}${body}}\n`).join('')))
    for (const { head, start, body } of lines) {
      const startLength = Buffer.byteLength(start)
      const bodyLength = Buffer.byteLength(body)
      this.remember(head, this.size + startLength, bodyLength)
      this.size += startLength + bodyLength + '}\n'.length
    }
  }

  /** A JSON array of `{key, at, body}`, or `{key, at}`, of what is recorded now, in chunks. */
  async *list({ withBody }: { withBody: boolean }): AsyncGenerator<string> {
    const records = this.records
    const count = records.length
    const json = ({ key, at }: Recorded) => `{"key":${JSON.stringify(key)},"at":"${new Date(at).toISOString()}"`
    const before = (i: number) => (i === 0 ? '[' : ',\n')
    // Nothing is yielded before the file is open, so that a wipe cannot come between the two views.
    if (withBody) {
      let i = 0
      for await (const lines of readLines(openSync(this.path, 'r'), this.size)) {
        yield lines
          .map((line) => {
            const record = records[i]!
            const body = line.toString('utf8', line.length - 1 - record.bodyLength)
            return `${before(i++)}${json(record)}${BODY}${body}`
          })
          .join('')
      }
    } else {
      for (let from = 0; from < count; from += KEYS_PER_CHUNK) {
        const slice = records.slice(from, Math.min(from + KEYS_PER_CHUNK, count))
        yield slice.map((record, i) => `${before(from + i)}${json(record)}}`).join('')
      }
    }
    yield count === 0 ? '[]' : ']'
  }

  /** Forgets everything; a listing under way still ends with what it began with. */
  wipe(): void {
    closeSync(this.fd)
    rmSync(this.path)
    this.fd = openSync(this.path, 'a+')
    this.size = 0
    this.records = []
    this.byName = new Map()
  }

  close(): void {
    closeSync(this.fd)
  }

  private remember(head: Head, bodyStart: number, bodyLength: number): void {
    const record: Recorded = { ...head, bodyStart, bodyLength }
    this.records.push(record)
    this.byName.set(head.key, record)
    if (head.alias !== undefined) this.byName.set(head.alias, record)
  }

  private append(bytes: Buffer): void {
    if (fstatSync(this.fd).size !== this.size) {
      throw new Error(`${this.path} was written by another process: stop it, or set another SANDBOX_DATA_DIR`)
    }
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.fd, bytes, written)
    } catch (error) {
      ftruncateSync(this.fd, this.size)
      throw error
    }
  }
}

import { createHash } from 'node:crypto'
import type { FileRow } from './file-row'
import { readCsv } from './read-csv'
import { readNdjson } from './read-ndjson'

export type ImportFormat = 'csv' | 'ndjson'

/**
 * The rows of a body, taken in portions, with how many were taken and the SHA-256 over all of them: the same file has the
 * same at every row. No more is read of the body than was asked for, but for what the streams hold.
 */
export class RowsOfFile {
  private readonly hash = createHash('sha256')
  private readonly body: AsyncIterator<Buffer>
  private readonly rows: AsyncIterator<FileRow>
  private taken = 0
  private broken = false

  constructor(format: ImportFormat, body: AsyncIterable<Buffer>) {
    this.body = body[Symbol.asyncIterator]()
    const read = format === 'csv' ? readCsv : readNdjson
    this.rows = read(this.unending(), () => new Date())
  }

  /** Rows taken so far: the number of the last. */
  get position(): number {
    return this.taken
  }

  /** Whether the file turned out to have no readable end. */
  get isBrokenOff(): boolean {
    return this.broken
  }

  digest(): Buffer {
    return this.hash.copy().digest()
  }

  /** The next rows, fewer only at the end. @throws what the body throws when its sender is lost */
  async take(most: number): Promise<FileRow[]> {
    const portion: FileRow[] = []
    while (portion.length < most) {
      const next = await this.rows.next()
      if (next.done === true) break
      this.hash.update(next.value.text).update('\n')
      this.taken++
      this.broken ||= next.value.isEnd === true
      portion.push(next.value)
    }
    return portion
  }

  /** Reads the rest and forgets it, so that a sender that listens only after sending hears the answer. */
  async drain(): Promise<void> {
    while ((await this.body.next()).done !== true);
  }

  /** Without `return`: who stops reading rows does not close the body. */
  private unending(): AsyncIterable<Buffer> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.body.next() }) }
  }
}

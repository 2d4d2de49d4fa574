import { open, type FileHandle } from 'node:fs/promises'

const CHUNK_CHARACTERS = 1 << 20

/** A new text file, written in chunks of about a megabyte. Every write waits for the disk when a chunk is full. */
export class TextFile {
  private chunk: string[] = []
  private size = 0

  private constructor(private readonly file: FileHandle) {}

  /** Replaces a file of that name. */
  static async create(path: string): Promise<TextFile> {
    return new TextFile(await open(path, 'w'))
  }

  async write(text: string): Promise<void> {
    this.chunk.push(text)
    this.size += text.length
    if (this.size >= CHUNK_CHARACTERS) await this.flush()
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.file.close()
    }
  }

  private async flush(): Promise<void> {
    const text = this.chunk.join('')
    this.chunk = []
    this.size = 0
    await this.file.writeFile(text)
  }
}

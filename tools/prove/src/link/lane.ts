import type { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Weather } from './weather'

/** A sender is told to wait while so many bytes of it are under way. */
const UNDER_WAY_AT_MOST = 1 << 20
/** Under a rate so many writes are made a second. */
const WRITES_PER_SECOND = 20

/** So many slices are written without a pause: each is a packet of its own all the same. */
const SLICES_PER_TURN = 16

interface Chunk {
  readonly bytes: Buffer
  /** In milliseconds of `performance.now()`. */
  readonly dueAt: number
}

/** One way of a connection: what is sent arrives whole and in order, as the weather lets it. */
export class Lane {
  private readonly chunks: Chunk[] = []
  private underWay = 0
  private isEnded = false
  private isPumping = false
  private freeAt = 0
  private writes = 0

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly weather: () => Weather,
  ) {}

  send(bytes: Buffer): void {
    this.chunks.push({ bytes, dueAt: performance.now() + (this.weather().delayMs ?? 0) })
    this.underWay += bytes.length
    if (this.underWay > UNDER_WAY_AT_MOST) this.from.pause()
    void this.pump()
  }

  /** No more follows: the far end is told so when everything has arrived. */
  end(): void {
    this.isEnded = true
    void this.pump()
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return
    this.isPumping = true
    for (let chunk = this.chunks.shift(); chunk && !this.to.destroyed; chunk = this.chunks.shift()) {
      const wait = chunk.dueAt - performance.now()
      if (wait > 0) await pause(wait)
      await this.deliver(chunk.bytes)
      this.underWay -= chunk.bytes.length
      if (this.underWay <= UNDER_WAY_AT_MOST) this.from.resume()
    }
    this.isPumping = false
    if (this.isEnded) this.to.end()
  }

  private async deliver(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !this.to.destroyed;) {
      const { bytesPerSecond, sliceBytes } = this.weather()
      const length = Math.min(bytes.length - at, this.pieceOf(bytesPerSecond, sliceBytes))
      if (bytesPerSecond !== undefined) await this.waitForTurn(length, bytesPerSecond)
      await this.write(bytes.subarray(at, at + length))
      if (sliceBytes !== undefined && this.writes % SLICES_PER_TURN === 0) await nextTurn()
      at += length
    }
  }

  /** Slices differ in length, so that they end everywhere in a message. */
  private pieceOf(bytesPerSecond: number | undefined, sliceBytes: number | undefined): number {
    if (sliceBytes !== undefined) return 1 + ((this.writes++ * 7) % sliceBytes)
    return bytesPerSecond === undefined ? Infinity : Math.max(1, Math.floor(bytesPerSecond / WRITES_PER_SECOND))
  }

  private async waitForTurn(bytes: number, bytesPerSecond: number): Promise<void> {
    const now = performance.now()
    this.freeAt = Math.max(now, this.freeAt) + (bytes / bytesPerSecond) * 1_000
    await pause(this.freeAt - now)
  }

  private async write(bytes: Buffer): Promise<void> {
    if (this.to.destroyed || this.to.write(bytes)) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.to.off('drain', done)
        this.to.off('close', done)
        resolve()
      }
      this.to.once('drain', done)
      this.to.once('close', done)
    })
  }
}

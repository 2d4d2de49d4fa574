import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Ports that systems hand to outgoing connections start above this range, so a port chosen here stays free. */
const RANGE = { from: 20_000, below: 32_000 }

/** Chooses ports on 127.0.0.1 and never gives the same one twice. */
export class Ports {
  private readonly given = new Set<number>()

  /** @param isFree asked for a port that was not given before */
  constructor(private readonly isFree: (port: number) => Promise<boolean> = isPortFree) {}

  /** The preferred port when nobody listens there, else any free one. */
  async choose(preferred?: number): Promise<number> {
    if (preferred !== undefined && (await this.take(preferred))) return preferred
    for (let attempt = 0; attempt < 200; attempt++) {
      const port = randomInt(RANGE.from, RANGE.below)
      if (await this.take(port)) return port
    }
    throw new Error(`no free port found on 127.0.0.1 between ${RANGE.from} and ${RANGE.below}`)
  }

  private async take(port: number): Promise<boolean> {
    if (this.given.has(port) || !(await this.isFree(port))) return false
    this.given.add(port)
    return true
  }
}

/** Whether a listener could be opened on 127.0.0.1 at the port. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

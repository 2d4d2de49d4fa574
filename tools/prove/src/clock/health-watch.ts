import { answersOk } from '@laurel/dev-stack'
import type { StackRun } from '../stack-proof/stack-proof'

const PATHS = ['/livez', '/readyz']
const LOOK_EVERY_MS = 250
/** An orchestrator looks every few seconds and acts when several looks in a row are bad. */
const MOST_MS = 5_000

interface Watched {
  readonly name: string
  readonly url: string
}

/** Looks at the health routes of processes that must not be restarted; it is a finding when one is bad for five seconds. */
export class HealthWatch {
  private isOver = false
  private longestMs = 0

  constructor(
    private readonly proofRun: StackRun,
    watched: readonly Watched[],
  ) {
    for (const process of watched) for (const path of PATHS) void this.watch(process, path)
  }

  stop(): void {
    this.isOver = true
    this.proofRun.figures['longest time unhealthy'] = `${Math.round(this.longestMs)} ms`
  }

  private async watch({ name, url }: Watched, path: string): Promise<void> {
    let goodAt = performance.now()
    let isTold = false
    while (!this.isOver) {
      const isGood = await answersOk(`${url}${path}`)
      const bad = performance.now() - goodAt
      if (isGood) [goodAt, isTold] = [performance.now(), false]
      else this.longestMs = Math.max(this.longestMs, bad)
      if (!isGood && bad > MOST_MS && !isTold && !this.isOver) {
        this.proofRun.findings.add('wrong', `${name}${path} was bad for more than ${MOST_MS} ms`)
        isTold = true
      }
      await this.proofRun.sleep(LOOK_EVERY_MS).catch(() => (this.isOver = true))
    }
  }
}

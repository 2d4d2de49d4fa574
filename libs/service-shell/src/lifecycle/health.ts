import { redactText } from '@laurel/telemetry'

/** Throws, or rejects, with the reason when not well. Should be cheap: probes ask every few seconds. */
export type Check = () => Promise<void> | void

export interface HealthReport {
  readonly well: boolean
  /** 'ok' or the reason, by the check's name. */
  readonly checks: Readonly<Record<string, string>>
}

const CHECK_TIMEOUT_MS = 2_000

/**
 * What a service says about itself. Live: the process can still do its work, else it should be restarted. Ready: it
 * can do it now. Checks run side by side, each at most 2 s; probes that arrive together share one run.
 */
export class Health {
  private readonly liveness = new CheckList()
  private readonly readiness = new CheckList()

  live(name: string, check: Check): void {
    this.liveness.add(name, check)
  }

  ready(name: string, check: Check): void {
    this.readiness.add(name, check)
  }

  isLive(): Promise<HealthReport> {
    return this.liveness.report()
  }

  isReady(): Promise<HealthReport> {
    return this.readiness.report()
  }
}

class CheckList {
  private readonly checks = new Map<string, Check>()
  private running: Promise<HealthReport> | undefined

  add(name: string, check: Check): void {
    if (this.checks.has(name)) throw new Error(`there is already a health check named ${name}`)
    this.checks.set(name, check)
    this.running = undefined
  }

  report(): Promise<HealthReport> {
    if (this.running !== undefined) return this.running
    const run = this.run().finally(() => {
      if (this.running === run) this.running = undefined
    })
    this.running = run
    return run
  }

  private async run(): Promise<HealthReport> {
    const names = [...this.checks.keys()]
    const results = await Promise.all([...this.checks.values()].map(resultOf))
    const checks = Object.fromEntries(names.map((name, i) => [name, results[i] ?? '']))
    return { well: results.every((result) => result === 'ok'), checks }
  }
}

async function resultOf(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, `no answer within ${CHECK_TIMEOUT_MS} ms`)
  })
  try {
    return await Promise.race([timeout, passed(check)])
  } catch (error) {
    return redactText(error instanceof Error && error.message !== '' ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}

async function passed(check: Check): Promise<'ok'> {
  await check()
  return 'ok'
}

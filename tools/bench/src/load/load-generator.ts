import { join } from 'node:path'
import { BenchFailure } from '../failure'
import { logEnd, startChild, type Child } from '../frame/children'
import type { Closing } from '../frame/closing'
import type { AcknowledgedWrites, Load, LoadResult, Order, Report } from './protocol'

const NAME = 'load-generator'

/** The load generator's process, one order at a time. */
export class LoadGenerator {
  private constructor(
    private readonly child: Child,
    private readonly logs: string | undefined,
  ) {}

  /** @param logs directory of its log; default that of the benchmarks */
  static async start(closing: Closing, setup: Omit<Extract<Order, { kind: 'setup' }>, 'kind'>, logs?: string): Promise<LoadGenerator> {
    const child = startChild(closing, NAME, join(__dirname, 'generator-main.js'), {}, [], logs)
    const generator = new LoadGenerator(child, logs)
    await generator.order({ kind: 'setup', ...setup })
    return generator
  }

  get pid(): number {
    return this.child.pid
  }

  async run(target: number, load: Load): Promise<LoadResult> {
    const report = await this.order({ kind: 'run', target, load })
    return (report as Extract<Report, { kind: 'ran' }>).result
  }

  async acknowledged(target: number): Promise<AcknowledgedWrites> {
    const report = await this.order({ kind: 'acknowledged', target })
    return (report as Extract<Report, { kind: 'acknowledged' }>).writes
  }

  private order(order: Order): Promise<Report> {
    return new Promise((resolve, reject) => {
      const { process: child } = this.child
      const ended = () => reject(new BenchFailure(`the load generator ended.\n${logEnd(NAME, this.logs)}`))
      child.once('exit', ended)
      child.once('message', (report: Report) => {
        child.off('exit', ended)
        if (report.kind === 'failed') reject(new BenchFailure(`the load generator failed: ${report.reason}`))
        else resolve(report)
      })
      child.send(order)
    })
  }
}

import { join } from 'node:path'
import type { Bench } from '../frame/bench'
import { startChild } from '../frame/children'
import type { Closing } from '../frame/closing'
import { untilReached } from '../frame/until-reached'
import { WARM_UP } from '../ledgers/plain-sample'
import { countCpu } from '../measure/proc'

const NAME = 'plain-completion'
const MAIN = join(__dirname, '..', 'baseline-completion', 'main.js')

/** How the plain service did with as many events as it got done in the time. */
export interface PlainPiped {
  readonly events: number
  readonly perSecond: number
  readonly seconds: number
  readonly cpuMicros: Readonly<Record<'service' | 'postgres' | 'kafka', number>>
}

/**
 * Starts the plain service on its preloaded topic and stops it when all is handled or the time is over.
 *
 * @param count of the preloaded events
 */
export async function runPlainService(bench: Bench, closing: Closing, database: string, count: number): Promise<PlainPiped> {
  const { databases, infra, options } = bench
  const child = startChild(closing, NAME, MAIN, {
    // A superuser, so that row-level security, which it does not know of, costs it nothing.
    DATABASE_URL: databases.url(database),
    KAFKA_BROKERS: infra.kafka.brokers.join(','),
  })
  let handled = 0
  child.process.on('message', (message: { readonly handled: number }) => (handled = message.handled))
  try {
    const pids = { service: child.pid, postgres: infra.processes.postgres?.pid, kafka: infra.processes.kafka?.pid }
    /** Waits until so many seconds are over, or all events are handled. */
    const pass = (seconds: number) => {
      const until = performance.now() + seconds * 1_000
      return untilReached(child, NAME, count, () => (performance.now() > until ? count : handled))
    }
    await untilReached(child, NAME, 1, () => handled)
    await pass(options.seconds * WARM_UP)
    const [began, used, before] = [performance.now(), countCpu(pids), handled]
    await pass(options.seconds)
    const [seconds, cpu, events] = [(performance.now() - began) / 1_000, used(), handled - before]
    const each = (name: string) => (cpu[name]! * 1e6) / events
    return {
      events,
      perSecond: events / seconds,
      seconds,
      cpuMicros: { service: each('service'), postgres: each('postgres'), kafka: each('kafka') },
    }
  } finally {
    await child.stop()
  }
}

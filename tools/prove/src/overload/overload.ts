import { Closing, findLosses, World, type LoadGenerator } from '@laurel/bench'
import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Stage } from '../stage/stage'
import { withClient } from '../stage/with-client'
import { watchCpu } from './cpu-watch'
import { figuresOf, judge, perSecond, type Measured } from './judge'
import { MemoryWatch } from './memory-watch'
import { startGenerator } from './start-generator'

const SECONDS = 60
const WARM_UP_SECONDS = 6
const WARM_UP_REFUSING_SECONDS = 4
const CAPACITY_SECONDS = 10
const AFTERWARDS_SECONDS = 2
/** Enough for full batches; in a closed loop more would only wait. */
const BUSY_CONNECTIONS = 512
/** More requests than the service lets wait, so that it is the service that refuses. */
const OVERLOAD_CONNECTIONS = 4_000
const CALM_CONNECTIONS = 16
/** Rows of lesson_progress: 10,000 enrollments of 9,000 learners, so that nobody's rate limit bites. */
const ROWS = 500_000

/** As in a pod of a gigabyte: else Node lets garbage lie while the machine has memory, and nothing could be said of leaks. */
const PROGRESS = { LAUREL_ROLE: 'api', NODE_OPTIONS: '--max-old-space-size=512' }

/** Twice the requests that progress can write, on their own schedule: what it takes it answers soon, the rest it refuses. */
export const overload: Proof = {
  name: 'overload',
  summary: 'PATCH at twice the capacity: goodput 90 % of it, accepted p99 at most 500 ms, the rest 503 with Retry-After, memory bounded',
  async run(o: ProofOptions): Promise<Evidence> {
    const postgresSettings = { shared_buffers: '512MB', max_wal_size: '4GB' }
    const stage = await Stage.start({ service: 'progress', replicas: 1, env: PROGRESS, postgresSettings, signal: o.signal })
    const closing = new Closing()
    let isGood = false
    try {
      const evidence = await prove(stage, closing, o)
      isGood = evidence.findings.none
      return evidence
    } finally {
      await closing.run()
      await stage.stop()
      if (isGood) stage.remove()
      else o.say(`  the logs are kept in ${stage.dir}/logs`)
    }
  },
}

async function prove(stage: Stage, closing: Closing, { seed, seconds = SECONDS, say, signal }: ProofOptions): Promise<Evidence> {
  const findings = new Findings()
  const world = new World(ROWS, seed)
  const generator = await startGenerator(stage, closing, world)
  say(`  progress has ${ROWS.toLocaleString('en')} rows of lessons; measuring its capacity`)
  const measured = await measure(stage, generator, seconds, say, signal)
  judge(measured, findings)
  const acknowledged = await readBack(stage, generator, world, findings)
  const { overload: hit } = measured
  return {
    faults: { 'requests more than it can do': Math.max(0, hit.sent - (hit.statuses['200'] ?? 0)) },
    acknowledged,
    recoveryMs: 0,
    findings,
    figures: figuresOf(measured),
  }
}

async function measure(
  stage: Stage,
  generator: LoadGenerator,
  seconds: number,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Measured> {
  const closed = (connections: number, seconds: number) => generator.run(0, { kind: 'closed', connections, seconds })
  await closed(BUSY_CONNECTIONS, WARM_UP_SECONDS)
  // A service that has run for a while has refused before.
  await closed(OVERLOAD_CONNECTIONS, WARM_UP_REFUSING_SECONDS)
  signal.throwIfAborted()
  const cpu = () => watchCpu({ progress: stage.replicas[0]!.pid, postgres: stage.postgresPid, generator: generator.pid })
  const capacityCpu = cpu()
  const capacity = { ...(await closed(BUSY_CONNECTIONS, CAPACITY_SECONDS)), cores: capacityCpu() }
  signal.throwIfAborted()
  const rate = Math.max(1, Math.round(2 * perSecond(capacity)))
  say(`  ${Math.round(perSecond(capacity))} requests/s is what it can do; now ${rate} requests/s for ${seconds} s`)
  const memory = new MemoryWatch(() => stage.replicas[0]!.pid)
  const overloadCpu = cpu()
  const result = await generator.run(0, { kind: 'open', connections: OVERLOAD_CONNECTIONS, seconds, rate })
  const overload = { ...result, cores: overloadCpu() }
  const memoryMb = memory.end()
  signal.throwIfAborted()
  const afterwards = await closed(CALM_CONNECTIONS, AFTERWARDS_SECONDS)
  return { capacity, rate, overload, afterwards, memoryMb, endedByItself: stage.replicas[0]!.endedByItself }
}

/** Every acknowledged write must be in the tables. Returns how many there were. */
async function readBack(stage: Stage, generator: LoadGenerator, world: World, findings: Findings): Promise<number> {
  const writes = await generator.acknowledged(0)
  const { rows, marks } = await withClient(stage.adminUrl, (client) => findLosses(client, world, writes))
  for (let row = 0; row < rows; row++) findings.add('lost', 'an acknowledged report is not in lesson_progress')
  for (let mark = 0; mark < marks; mark++) findings.add('lost', 'an acknowledged completion is not in the done items of its enrollment')
  return writes.answers
}

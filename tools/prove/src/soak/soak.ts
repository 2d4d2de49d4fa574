import { terminate } from '../backend-storm/backend-storm'
import { crashBroker } from '../broker-crash/broker-crash'
import { endsOf, firstBehind, settled } from '../check/settle'
import { killOnce } from '../kill-services/kill-services'
import { allWell, mixFaults, redrive } from '../outside/outside'
import { sendUnknown } from '../poison/poison'
import { crashDatabase } from '../postgres-crash/postgres-crash'
import type { Proof } from '../proof'
import { checkPids, count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { Lender } from '../stage/lender'
import { SESSION_TIMEOUT_MS } from '../stage/stage'
import { SERVICES, WholeStack } from '../stage/whole-stack'
import { Latency } from './latency'
import { Memory } from './memory'

/** Several faults come at once: from the end of each one everything goes on within this. */
const GOES_ON_WITHIN_MS = SESSION_TIMEOUT_MS + 5_000
const CAUGHT_UP_WITHIN_MS = 120_000
const FULL_SECONDS = 1_800

/** One fault after another; services are killed in the first half alone, so that each process has the second to itself. */
const ACTS: Readonly<Record<string, (run: StackRun) => Promise<void>>> = {
  kill: (run) => killOnce(run, run.random.pick(SERVICES)),
  database: (run) => crashDatabase(run, GOES_ON_WITHIN_MS),
  broker: (run) => crashBroker(run, GOES_ON_WITHIN_MS),
  freeze,
  backends: storm,
  poison: sendUnknown,
  outside: mixFaults,
}

/** V8 doubles the young generation whenever it finds that to pay, up to 128 MB: a doubling late in the run would look like a leak. */
const BOUNDED = { NODE_OPTIONS: '--max-semi-space-size=16' }

const storms = stackProof({
  name: 'soak',
  summary:
    'half load and all faults, drawn at random, for half an hour: exact; memory stays level; the p99 of REST writes drifts under 20 %',
  seconds: FULL_SECONDS,
  perSecond: undefined,
  learnersPerWave: 60,
  async strike(run) {
    await halfLoad(run)
    const began = performance.now()
    const over = new AbortController()
    const [memory, latency] = [new Memory(run), new Latency(run)]
    const following = memory.follow(over.signal)
    let pids: ReturnType<typeof run.stack.pids> | undefined
    try {
      do {
        await quiet(run, latency)
        const isSecondHalf = performance.now() - began > (run.seconds * 1_000) / 2
        if (isSecondHalf) pids ??= run.stack.pids()
        await stormy(run, isSecondHalf)
      } while (!run.isOver())
      await quiet(run, latency)
    } finally {
      over.abort()
      await following
    }
    if (pids) checkPids(run, pids)
    memory.judge()
    latency.judge()
  },
  async strikeAtRest(run) {
    run.figures['jobs started anew'] = Number(run.figures['jobs started anew'] ?? 0) + (await redrive(run))
    await settled(run)
  },
})

/** Half an hour of everything, between quiet windows. */
export const soak: Proof = {
  ...storms,
  async run(o) {
    const lender = new Lender((signal) => WholeStack.start(signal, BOUNDED), o.say)
    try {
      return await storms.run({ ...o, lender })
    } finally {
      await lender.close()
    }
  },
}

/** How long quiet and stormy stretches last: 20 s, less in short runs. */
function stretchMs({ seconds }: StackRun): number {
  return Math.min(20_000, (seconds * 1_000) / 12)
}

/** Finds out what the stack takes, and goes on with half of that. */
async function halfLoad(run: StackRun): Promise<void> {
  const { load, figures, sleep } = run
  // The first wave is slow: everything is new.
  await sleep(stretchMs(run))
  const [lines, from] = [load.lines, performance.now()]
  await sleep(stretchMs(run))
  const perSecond = Math.round(((load.lines - lines) / (performance.now() - from)) * 1_000)
  figures['full load, lines a second'] = perSecond
  load.pace.set(Math.max(1, perSecond / 2))
}

async function quiet(run: StackRun, latency: Latency): Promise<void> {
  const { recovery, sleep } = run
  const from = Date.now()
  await Promise.all(SERVICES.map((name) => recovery.of(name, 'the faults were over', from, GOES_ON_WITHIN_MS)))
  await caughtUp(run)
  latency.open()
  await sleep(stretchMs(run))
  latency.close()
}

/** Waits until what had piled up is applied; it is a finding when that takes minutes. */
async function caughtUp({ fences, load, findings, sleep }: StackRun): Promise<void> {
  const topics = new Set((await fences.positions()).map(({ topic }) => topic))
  const ends = await endsOf(load.admin, topics)
  for (const giveUpAt = performance.now() + CAUGHT_UP_WITHIN_MS; ; await sleep(200)) {
    const behind = firstBehind(await fences.positions(), ends)
    if (behind === undefined) return
    if (performance.now() > giveUpAt)
      return findings.add('wrong', `${behind.service} has not caught up two minutes after the faults were over`)
  }
}

async function stormy(run: StackRun, isSecondHalf: boolean): Promise<void> {
  const { random, sleep } = run
  const kinds = Object.keys(ACTS).filter((kind) => kind !== 'kill' || !isSecondHalf)
  const until = performance.now() + stretchMs(run)
  try {
    do {
      await ACTS[random.pick(kinds)]!(run)
      await sleep(random.integer(200, 2_000))
    } while (performance.now() < until)
  } finally {
    await allWell(run)
  }
  run.figures['jobs started anew'] = Number(run.figures['jobs started anew'] ?? 0) + (await redrive(run))
}

/** A service stops in the middle of what it does, and goes on, perhaps after the others have given it up. */
async function freeze(run: StackRun): Promise<void> {
  const { stack, random, recovery, sleep } = run
  const service = random.pick(SERVICES)
  stack.kill(service, 'SIGSTOP')
  count(run, 'SIGSTOP of a service')
  try {
    await sleep(random.integer(500, 2 * SESSION_TIMEOUT_MS))
  } finally {
    stack.kill(service, 'SIGCONT')
  }
  await recovery.of(service, 'SIGCONT', Date.now(), GOES_ON_WITHIN_MS)
}

async function storm(run: StackRun): Promise<void> {
  const calm = terminate(run)
  await run.sleep(run.random.integer(1_000, 5_000))
  await calm()
}

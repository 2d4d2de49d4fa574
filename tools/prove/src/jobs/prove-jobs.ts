import { setTimeout as pause } from 'node:timers/promises'
import { Findings } from '../findings'
import type { Evidence, ProofOptions } from '../proof'
import { Random } from '../random'
import { checkDone, checkFailed } from './check-jobs'
import type { Decision } from './decisions'
import { Flood } from './flood'
import type { Manner } from './job'
import { Killer } from './killer'
import { Stand, type StandOptions } from './stand'

export type JobsOptions = Pick<ProofOptions, 'seed' | 'seconds' | 'say' | 'signal'> & Pick<StandOptions, 'adminUrl' | 'password' | 'logs'>

/** More than a hundred kills, and a minute of flood. */
const DEFAULT_SECONDS = 240
const KILLING = 0.75
const WORKERS = 3
/** Heartbeats stay away for 10 s, supervision looks every 5 s, the pause before a retry is 10 s at most. */
const RETAKEN_WITHIN_MS = 30_000
const STARTS_WITHIN_MS = 250
const SETTLED_WITHIN_MS = 150_000
const MANNERS = { well: 80, shaky: 8, busy: 6, sick: 3, refused: 3 } satisfies Record<Manner, number>

/** What both halves work with. */
interface Run extends Pick<ProofOptions, 'say'> {
  readonly stand: Stand
  readonly random: Random
  readonly sleep: (ms: number) => Promise<void>
  readonly until: (seconds: number) => () => boolean
}

/** First workers are killed, then low-priority jobs flood the queue; in the end everything that was decided is done, once. */
export async function proveJobs(o: JobsOptions): Promise<Evidence> {
  const { seed, seconds = DEFAULT_SECONDS, say, signal } = o
  const findings = new Findings()
  const told: { killer?: Killer; flood?: Flood } = {}
  const stand = await Stand.open({
    ...o,
    workers: WORKERS,
    findings,
    onMoment: (moment, call) => {
      told.killer?.at(moment, call)
      if (moment === 'begin') told.flood?.begun(call.job)
    },
  })
  const sleep = (ms: number) => pause(ms, undefined, { signal })
  const until = (most: number) => {
    const end = Date.now() + most * 1_000
    return () => Date.now() >= end
  }
  const run: Run = { stand, random: new Random(`jobs ${seed}`), sleep, until, say }
  try {
    const { workers, attempts } = stand
    const killer = (told.killer = new Killer({ workers, attempts, random: new Random(`jobs ${seed} kills`), sleep }))
    const exhausted = await killWorkers(run, killer, seconds * KILLING)
    const flood = (told.flood = floodOf(run, seconds * (1 - KILLING)))
    await flood.run()
    stand.place.isInHurry = true
    await settled(run, 'after the flood')
    await checkDone(stand)
    return evidenceOf(stand, killer, flood, exhausted)
  } finally {
    await stand.close()
  }
}

/** Returns how many jobs failed because their workers died at every attempt. */
async function killWorkers(run: Run, killer: Killer, seconds: number): Promise<number> {
  const { stand, say } = run
  const isOver = run.until(seconds)
  await Promise.all([decideOn(run, isOver), killer.strike(isOver)])
  say(`  ${stand.decisions.committed.size} jobs, ${Object.values(killer.kills).reduce((a, b) => a + b)} kills`)
  await settled(run, 'after the kills')
  const { all, killed } = await checkFailed(stand)
  stand.place.heal()
  stand.attempts.redriven(all)
  await stand.jobs.redrive()
  await settled(run, 'after the redrive')
  return killed
}

/** Steadily a few jobs, less than the workers can do. */
async function decideOn({ stand, random, sleep }: Run, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const some = Array.from({ length: random.integer(1, 4) }, (): Decision => {
      const job = { id: random.uuid(), beforeMs: random.integer(0, 150), afterMs: random.integer(0, 50) }
      return { job, priority: random.integer(1, 10), manner: random.weighted(MANNERS) }
    })
    if (random.chance(0.1)) await stand.decisions.decideInVain(some)
    else await stand.decisions.decide(some)
    await sleep(random.integer(20, 250))
  }
}

function floodOf({ stand, random, sleep, until }: Run, seconds: number): Flood {
  const waiting = async () => (await stand.jobs.stats()).queueLength
  return new Flood({ decisions: stand.decisions, random, sleep, waiting, isOver: until(seconds) })
}

/** It is a finding when jobs neither end nor fail. */
async function settled({ stand: { jobs, findings }, sleep }: Run, when: string): Promise<void> {
  const deadline = Date.now() + SETTLED_WITHIN_MS
  for (;;) {
    const { queueLength, activeJobs } = await jobs.stats()
    if (queueLength + activeJobs === 0) return
    if (Date.now() > deadline) return findings.add('wrong', `${when} ${queueLength} jobs wait and ${activeJobs} are active for ever`)
    await sleep(250)
  }
}

function evidenceOf({ findings, decisions, attempts, place, workers }: Stand, killer: Killer, flood: Flood, exhausted: number): Evidence {
  const { waits } = flood
  const quantile = (q: number) => `${Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length * q))]!)} ms`
  for (const wait of waits)
    if (wait > STARTS_WITHIN_MS)
      findings.add('wrong', `a high-priority job began ${Math.round(wait)} ms after it was committed (at most ${STARTS_WITHIN_MS})`)
  const retaken = attempts.retaken.map(({ from, to, tookMs }) => tookMs / Math.max(1, to - from)).toSorted((a, b) => a - b)
  for (const { job, from, to, tookMs } of attempts.retaken)
    if (tookMs > RETAKEN_WITHIN_MS * Math.max(1, to - from))
      findings.add('wrong', `job ${job} came from attempt ${from}, whose worker was killed, to ${to} in ${Math.round(tookMs)} ms`)
  const died = workers.reduce((sum, worker) => sum + worker.endedByItself, 0)
  if (died > 0) findings.add('wrong', `workers ended by themselves ${died} times`)
  return {
    faults: Object.fromEntries(
      Object.entries(killer.kills).map(([moment, count]) => [
        `SIGKILL of a worker, ${MOMENT_NAMES[moment as keyof typeof MOMENT_NAMES]}`,
        count,
      ]),
    ),
    acknowledged: decisions.committed.size,
    recoveryMs: Math.round(retaken.at(-1) ?? 0),
    findings,
    figures: {
      'transactions rolled back': decisions.rolledBack,
      attempts: attempts.count,
      'jobs cut at work': killer.cutJobs,
      'effects asked for again under their key': place.repeats,
      'taken again, median': `${Math.round(retaken[retaken.length >> 1] ?? 0)} ms`,
      'failed by kills alone, then redriven': exhausted,
      'low-priority jobs in the flood': flood.lows,
      'high-priority jobs': waits.length,
      'high starts, median': quantile(0.5),
      'high starts, 99th percentile': quantile(0.99),
      'high starts, at most': quantile(1),
    },
  }
}

const MOMENT_NAMES = {
  begin: 'as a job begins',
  effect: 'before its effect',
  taken: 'after its effect',
  done: 'while it is settled',
}

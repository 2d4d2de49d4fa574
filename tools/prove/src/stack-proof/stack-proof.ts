import { setTimeout as pause } from 'node:timers/promises'
import { checkOutcomes } from '../check/check-outcomes'
import { checkRecords } from '../check/check-records'
import { checkSchemas } from '../check/check-schemas'
import { parkedNow, settled, unfinished, type Parked } from '../check/settle'
import { Findings } from '../findings'
import { Load } from '../load/load'
import type { Roughness } from '../load/rough-producer'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Random } from '../random'
import { SERVICES, type ServiceName, type WholeStack } from '../stage/whole-stack'
import { FenceLook } from '../watch/applied'
import { beat } from '../watch/heartbeat'
import { Recovery } from '../watch/recovery'

/** What a fault is given to work with. */
export interface StackRun {
  readonly stack: WholeStack
  readonly load: Load
  readonly fences: FenceLook
  readonly recovery: Recovery
  readonly random: Random
  readonly findings: Findings
  /** How often each kind of fault was injected; the proof counts it up. */
  readonly faults: Record<string, number>
  /** Further figures for people. */
  readonly figures: Record<string, number | string>
  /** How many records wait for something that never comes, by schema: the proof counts up what it adds. */
  readonly parked: Parked
  readonly seconds: number
  /** Whether the time for faults is over. */
  readonly isOver: () => boolean
  readonly sleep: (ms: number) => Promise<void>
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

export interface StackProof {
  readonly name: string
  readonly summary: string
  /** How long faults are injected unless told. */
  readonly seconds: number
  /** Lines a second; undefined: as fast as they are taken. */
  readonly perSecond?: number
  readonly learnersPerWave?: number
  readonly roughness?: Roughness
  /** Injects faults until `isOver`, beside the load; it resolves when everything runs again. */
  strike?(run: StackRun): Promise<void>
  /** Injects faults into the stack at rest, when everything has come out: nothing may change. */
  strikeAtRest?(run: StackRun): Promise<void>
  /** Checks of its own, after the usual ones. */
  check?(run: StackRun): Promise<void>
}

const LEARNERS_PER_WAVE = 20
const LINES_PER_SECOND = 150

/** A proof on the whole stack: load and faults together, then everything that came out against the model. */
export function stackProof(proof: StackProof): Proof {
  return {
    name: proof.name,
    summary: proof.summary,
    async run(o: ProofOptions): Promise<Evidence> {
      const stack = await o.lender.lend(o.signal)
      let isGood = false
      try {
        const evidence = await prove(proof, stack, o)
        isGood = evidence.findings.none
        return evidence
      } finally {
        await o.lender.takeBack(stack, isGood)
      }
    },
  }
}

async function prove(proof: StackProof, stack: WholeStack, o: ProofOptions): Promise<Evidence> {
  const { signal, say } = o
  const seed = `${proof.name} ${o.seed}`
  const seconds = o.seconds ?? proof.seconds
  const findings = new Findings()
  const fences = new FenceLook(stack.adminUrl)
  const perSecond = 'perSecond' in proof ? proof.perSecond : LINES_PER_SECOND
  const load = await Load.open({ stack, seed, perSecond, signal, ...(proof.roughness && { roughness: proof.roughness }) })
  const began = Date.now()
  const run: StackRun = {
    stack,
    load,
    fences,
    recovery: new Recovery(fences, load.admin, findings, signal),
    random: new Random(`${seed} faults`),
    findings,
    faults: {},
    figures: {},
    parked: await parkedNow(fences),
    seconds,
    isOver: () => Date.now() - began >= seconds * 1_000,
    sleep: (ms) => pause(ms, undefined, { signal }),
    say,
    signal,
  }
  try {
    await strikeUnderLoad(proof, run)
    await settled(run)
    await proof.strikeAtRest?.(run)
    say('  all acknowledged; comparing with the model')
    await check(proof, run)
    return {
      faults: run.faults,
      acknowledged: load.acknowledged,
      recoveryMs: run.recovery.longestMs,
      findings,
      figures: {
        ...run.figures,
        'seconds in all': Math.round((Date.now() - began) / 1_000),
        'lines sent': load.lines,
        'records delivered again': load.producer.redelivered,
        'recovery, median': `${Math.round(run.recovery.medianMs)} ms`,
      },
    }
  } finally {
    await load.close()
    await fences.close()
  }
}

async function strikeUnderLoad({ strike, learnersPerWave = LEARNERS_PER_WAVE }: StackProof, run: StackRun): Promise<void> {
  const { load, say } = run
  const over = new AbortController()
  let isStruck = strike === undefined
  const sending = load.keepSending(learnersPerWave, () => run.isOver() && isStruck)
  const beating = beat(load.producer, over.signal)
  const telling = tell(run, over.signal)
  const striking = (strike?.(run) ?? Promise.resolve()).finally(() => {
    isStruck = true
    // What is left of the last waves need not take its time.
    load.pace.set(undefined)
  })
  try {
    const besides = new Promise<never>((_, reject) => void Promise.all([beating, telling]).catch(reject))
    await Promise.race([Promise.all([sending, striking]), besides])
  } finally {
    over.abort()
    await Promise.allSettled([beating, telling, striking])
  }
  say(
    `  ${load.lines} lines sent, ${Object.entries(run.faults)
      .map(([kind, count]) => `${count} × ${kind}`)
      .join(', ')}`,
  )
}

/** Counts a fault. */
export function count({ faults }: StackRun, kind: string): void {
  faults[kind] = (faults[kind] ?? 0) + 1
}

/** It is a finding when a service is another process than it was: it ended although nobody told it to. */
export function checkPids(run: StackRun, before: Readonly<Record<ServiceName, number>>): void {
  const now = run.stack.pids()
  for (const name of SERVICES) if (now[name] !== before[name]) run.findings.add('wrong', `${name} ended by itself`)
}

async function tell({ load, say, faults }: StackRun, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await pause(10_000, undefined, { signal: over }).catch(() => undefined)
    if (!over.aborted)
      say(
        `  ${load.lines} lines sent, ${load.acknowledged} writes acknowledged, ${Object.values(faults).reduce((a, b) => a + b, 0)} faults`,
      )
  }
}

async function check(proof: StackProof, run: StackRun): Promise<void> {
  const { load, stack, fences, findings, signal, parked } = run
  const isSettled = async () => (await unfinished(fences, load.admin, parked)) === null
  await checkRecords(load.kafka, load.producer.acknowledged, findings)
  const [expectation, judged] = await checkOutcomes({ load, state: stack.state, findings, isSettled, signal })
  await checkSchemas({ fences, cohorts: load.cohorts, expectation, seen: load.watch.seen, findings, parked })
  await proof.check?.(run)
  Object.assign(run.figures, {
    completions: judged.completions.expected,
    statements: judged.statements.expected,
    'dead letters': judged.deadLetters.expected,
  })
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Findings } from '../findings'
import type { Random } from '../random'
import type { WriteFaults } from './faults'
import type { KafkaWriter } from './kafka-writer'
import type { Model, Outcome } from './model'
import { describe, type RestClient } from './rest-client'
import type { PatchWrite, RestWrite } from './writes'
import type { WriteStream } from './write-stream'

export interface Drive {
  readonly stream: WriteStream
  readonly writes: number
  /** Spread over so many seconds, and stop then. */
  readonly seconds: number | undefined
  readonly rest: RestClient
  readonly kafka: KafkaWriter
  readonly model: Model
  readonly faults: WriteFaults
  readonly findings: Findings
  readonly random: Random
  readonly replicas: number
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

const AT_ONCE = 32
const KAFKA_BATCH_AT_MOST = 60
const SAY_EVERY_MS = 5_000
const RECOVERED_WITHIN_MS = 60_000

/** Writes by both ways at once, under faults, until all is acknowledged. Returns how many writes were. */
export async function drive(o: Drive): Promise<number> {
  const { stream, kafka, faults } = o
  const began = Date.now()
  const flow = new RestFlow(o)
  let [done, saidAt, batch] = [0, began, KAFKA_BATCH_AT_MOST]
  const isOver = () => o.seconds !== undefined && Date.now() - began >= o.seconds * 1_000
  for (const write of stream.all()) {
    o.signal.throwIfAborted()
    if (isOver()) stream.end()
    if (write.via === 'rest') await flow.start(write)
    else if (kafka.add(write) >= batch) {
      await kafka.flush()
      batch = o.random.integer(1, KAFKA_BATCH_AT_MOST)
    }
    done++
    const share = done / o.writes
    faults.reached(Math.max(share, o.seconds === undefined ? 0 : (Date.now() - began) / 1_000 / o.seconds))
    if (Date.now() - saidAt > SAY_EVERY_MS) {
      saidAt = Date.now()
      o.say(
        `  ${Math.round(share * 100)} %: ${flow.acknowledged + kafka.acknowledged} writes acknowledged after ${Math.round((saidAt - began) / 1_000)} s`,
      )
    }
    const aheadMs = o.seconds === undefined ? 0 : began + share * o.seconds * 1_000 - Date.now()
    if (aheadMs > 1) await pause(aheadMs, undefined, { signal: o.signal })
  }
  await kafka.flush()
  await flow.finish()
  await flow.untilRecovered()
  return flow.acknowledged + kafka.acknowledged
}

/** REST writes, so many at once, each told to the model when it is answered. */
class RestFlow {
  acknowledged = 0
  private readonly running = new Set<Promise<void>>()
  /** A write that any repetition leaves as it is. */
  private repeatable: PatchWrite | undefined

  constructor(private readonly o: Drive) {}

  /** Resolves when there is room for the next one. */
  async start(write: RestWrite): Promise<void> {
    const running = this.one(write).finally(() => this.running.delete(running))
    this.running.add(running)
    if (this.running.size >= AT_ONCE) await Promise.race(this.running)
  }

  async finish(): Promise<void> {
    await Promise.all(this.running)
  }

  /** Repeats a write at each replica until every fault is followed by an acknowledged one. */
  async untilRecovered(): Promise<void> {
    const { faults, findings, signal } = this.o
    const deadline = Date.now() + RECOVERED_WITHIN_MS
    while (!faults.isOver && Date.now() < deadline && this.repeatable) {
      for (let replica = 0; replica < this.o.replicas; replica++) await this.one(this.repeatable, replica)
      await pause(20, undefined, { signal })
    }
    for (const fault of faults.unrecovered) findings.add('wrong', `no write was acknowledged within a minute after ${fault}`)
  }

  private async one(write: RestWrite, replica?: number): Promise<void> {
    const { model, rest } = this.o
    const outcome = await rest.write(write, replica)
    if (write.kind === 'patch') model.patched(write, outcome)
    else model.attempted(write, outcome)
    if (outcome.kind === 'acknowledged') {
      this.acknowledged++
      if (write.kind === 'patch' && write.enrollment.standing === 'steady') this.repeatable = write
    }
    this.judge(write, outcome)
  }

  /** What can be said of an answer at once. */
  private judge(write: RestWrite, outcome: Outcome): void {
    const { standing } = write.enrollment
    const wrong = (what: string) => this.o.findings.add('wrong', `${describe(write)} (${standing}): ${what}`)
    if (outcome.kind === 'refused') {
      if (outcome.status !== 409 || standing === 'steady') wrong(`answered ${outcome.status} ${JSON.stringify(outcome.body)}`)
      return
    }
    if (standing === 'closed') wrong('accepted, although the enrollment is cancelled')
    // An answer about a closed cycle tells how the lesson stands in the open one.
    if (write.kind === 'attempt' || standing === 'renewed') return
    const { items } = outcome.body as { items: { lesson_id: string; progress_percentage: number }[] }
    const told = new Map(items.map((item) => [item.lesson_id, item.progress_percentage]))
    const isBehind = write.marks.some(({ lessonId, percentage }) => !((told.get(lessonId) ?? -1) >= percentage))
    if (isBehind) wrong(`the answer is behind what it acknowledges: ${JSON.stringify(items)}`)
  }
}

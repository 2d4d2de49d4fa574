import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { drive, generate, loadCohort, watchTopics, type Cohort, type SentMalformed, type TopicWatch } from '@laurel/dev-stack'
import { idempotentProducer, type Admin, type Kafka } from '@laurel/messaging'
import { Random } from '../random'
import type { WholeStack } from '../stage/whole-stack'
import { Cohorts } from './cohorts'
import { CountingHttp } from './counting-http'
import { Pace } from './pace'
import { patientAdmin } from './patient-admin'
import { RoughProducer, USUAL, type Roughness } from './rough-producer'

const REST_CONNECTIONS = 32
const PATIENCE_MS = 120_000

export interface LoadOptions {
  readonly stack: WholeStack
  readonly seed: string
  /** Lines a second; undefined: as fast as they are taken. */
  readonly perSecond: number | undefined
  readonly roughness?: Roughness
  readonly signal: AbortSignal
}

/**
 * What learners do, wave after wave, each a cohort of the demo's generator with learners and course versions of its own:
 * optional lessons, electives, late enrollments and versions, cancellations, malformed messages; sent by Kafka and REST
 * in random batches and partly twice. What must come out of it is known from the files, not from the services.
 */
export class Load {
  readonly cohorts = new Cohorts()
  readonly malformed: SentMalformed[] = []
  /** REST answers that no correct service gives. */
  readonly refusals: string[] = []
  /** Lines sent so far. */
  lines = 0
  private waves = 0

  private constructor(
    private readonly o: LoadOptions,
    readonly kafka: Kafka,
    readonly admin: Admin,
    readonly watch: TopicWatch,
    readonly producer: RoughProducer,
    readonly http: CountingHttp,
    readonly pace: Pace,
    private readonly closers: (() => Promise<unknown>)[],
    cohorts: Cohorts,
  ) {
    this.cohorts = cohorts
  }

  static async open(o: LoadOptions): Promise<Load> {
    setMaxListeners(0, o.signal)
    const kafka = o.stack.kafka('laurel-prove')
    const admin = patientAdmin(kafka.admin(), o.signal)
    await admin.connect()
    // Without repeats by the producer itself, the offset that it reports is the only one a message has.
    const producer = idempotentProducer(kafka)
    await producer.connect()
    const pace = new Pace(o.perSecond, o.signal)
    const http = new CountingHttp({ connections: REST_CONNECTIONS, patienceMs: PATIENCE_MS, signal: o.signal }, pace)
    const rough = new RoughProducer(producer, new Random(`${o.seed} producer`), pace, o.roughness ?? USUAL)
    const cohorts = new Cohorts()
    const watch = await watchTopics(kafka, admin, cohorts.userIds)
    const closers = [() => watch.stop(), () => http.close(), () => producer.disconnect(), () => admin.disconnect()]
    return new Load(o, kafka, admin, watch, rough, http, pace, closers, cohorts)
  }

  /** Writes that Kafka or progress has taken. */
  get acknowledged(): number {
    return this.producer.count + this.http.acknowledged + this.malformed.length
  }

  /** Sends one cohort; resolves when all of it is acknowledged. */
  async wave(learners: number): Promise<Cohort> {
    const { stack, seed, signal } = this.o
    const number = ++this.waves
    const dir = join(stack.dir, 'cohorts', `${seed}-${number}`.replaceAll(/\W+/g, '-'))
    await generate({ dir, learners, seed: new Random(`${seed} wave ${number}`).integer(0, 2 ** 31) })
    const cohort = await loadCohort(dir)
    this.cohorts.add(cohort)
    const { malformed, refusals } = await drive({
      cohort,
      stack: stack.state,
      producer: this.producer.asProducer(),
      admin: this.admin,
      http: this.http,
      cancellations: this.watch.seen.cancellations,
      onSent: (lines) => void (this.lines += lines),
      signal,
    })
    this.malformed.push(...malformed)
    this.refusals.push(...refusals)
    return cohort
  }

  /** Two waves at a time, one after another, until `isOver` says so; resolves when the last one is acknowledged. */
  async keepSending(learners: number, isOver: () => boolean): Promise<void> {
    const lane = async () => {
      do await this.wave(learners)
      while (!isOver())
    }
    await Promise.all([lane(), lane()])
    await this.producer.flush()
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close().catch(() => undefined)
  }
}

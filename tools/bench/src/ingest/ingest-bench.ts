import { LessonCompletedV1, LessonProgressedV1 } from '@laurel/contracts'
import type { Bench, NamedBench } from '../frame/bench'
import { Closing } from '../frame/closing'
import { atLeast, atMost, type Outcome, type Side } from '../frame/outcome'
import { number } from '../frame/print'
import { medianSide } from '../frame/side'
import { countRecords, emptyTopics, preload } from '../frame/topics'
import { median } from '../measure/statistics'
import { SEEDED } from '../seed/seed'
import { consumeAll, GROUP, type Consumed } from './consume'
import { copyAll, type Copied } from './copy-rows'
import { Evidence } from './evidence'
import { lessonProgressed } from './lesson-progressed'

const DATABASE = 'laurel_bench_ingest'
/** Partitions that the service works on at once, each in a transaction of its own (KafkaBatchServer). */
const WRITERS = 3
const OUTPUT = LessonCompletedV1.topic

interface Round {
  readonly kafka: Consumed
  readonly copyOne: Copied
  readonly copyMany: Copied
  /** Whether the Kafka path left the very rows behind that COPY did. */
  readonly isEqual: boolean
  /** lesson.completed events that were published. */
  readonly completions: number
}

/** Kafka to lesson_progress, against binary COPY of the same rows into the same tables. */
export const ingestBench: NamedBench = {
  name: 'ingest',
  summary: '`lesson.progressed` from Kafka to `lesson_progress`, a fifth of them completing a lesson',
  async run(bench) {
    const closing = new Closing()
    bench.closing.add(() => closing.run())
    try {
      const evidence = new Evidence(bench.world, bench.options.events)
      const chunks = await prepare(bench, evidence)
      closing.add(() => bench.databases.drop(DATABASE))
      const rounds: Round[] = []
      for (let nth = 1; nth <= bench.options.rounds; nth++) rounds.push(await measureRound(bench, closing, evidence, chunks, nth))
      return judge(evidence, rounds)
    } finally {
      await closing.run()
    }
  },
}

interface Chunks {
  readonly one: Buffer[][]
  readonly many: Buffer[][]
}

async function prepare({ infra, progress }: Bench, evidence: Evidence): Promise<Chunks> {
  return progress.step('topic', async () => {
    const { brokers } = infra.kafka
    await emptyTopics(brokers, [LessonProgressedV1.topic], [GROUP])
    await preload(brokers, LessonProgressedV1.topic, evidence.count, (index) => lessonProgressed(evidence, index))
    const done = `${number(await countRecords(brokers, LessonProgressedV1.topic))} events in ${LessonProgressedV1.topic}`
    return { done, value: { one: evidence.copyChunks(1), many: evidence.copyChunks(WRITERS) } }
  })
}

async function measureRound(bench: Bench, closing: Closing, evidence: Evidence, chunks: Chunks, nth: number): Promise<Round> {
  const { databases, infra, options, progress } = bench
  const { brokers } = infra.kafka
  /** Each measurement begins with the seeded tables as they were. */
  const onFreshTables = async <T>(measure: () => Promise<T>) => {
    await databases.copy(SEEDED, DATABASE)
    const value = await measure()
    return { value, rows: await fingerprint(bench) }
  }
  return progress.step(`round ${nth}`, async () => {
    await emptyTopics(brokers, [OUTPUT], [GROUP])
    const kafka = await onFreshTables(() => consumeAll(bench, closing, DATABASE, evidence.count))
    const completions = await countRecords(brokers, OUTPUT)
    const copyOne = await onFreshTables(() => copyAll(bench, DATABASE, evidence.count, chunks.one))
    const copyMany = await onFreshTables(() => copyAll(bench, DATABASE, evidence.count, chunks.many))
    const isEqual = kafka.rows === copyOne.rows && kafka.rows === copyMany.rows
    const rates = [kafka.value, copyOne.value, copyMany.value].map(({ perSecond }) => number(Math.round(perSecond)))
    return {
      done: `round ${nth} of ${options.rounds}: Kafka ${rates[0]}, COPY ${rates[1]}, COPY on ${WRITERS} connections ${rates[2]} rows/s`,
      value: { kafka: kafka.value, copyOne: copyOne.value, copyMany: copyMany.value, isEqual, completions },
    }
  })
}

/** The same for the same rows in any order. */
async function fingerprint({ databases }: Bench): Promise<string> {
  const { rows } = await databases.with(DATABASE, (client) =>
    client.query<{ print: string }>(
      `select concat(count(*), ' ', sum(hash_record_extended(p, 0)::numeric)) as print from progress.lesson_progress p`,
    ),
  )
  return rows[0]!.print
}

function judge(evidence: Evidence, rounds: readonly Round[]): Outcome {
  const middle = (of: (round: Round) => number) => median(rounds.map(of))
  const kafka = medianSide(
    'from Kafka, as shipped',
    rounds.map((round) => round.kafka),
  )
  const copyOne = medianSide(
    'binary COPY of the same rows, 1 connection',
    rounds.map((round) => round.copyOne),
  )
  const copyMany = medianSide(
    `binary COPY of the same rows, ${WRITERS} connections`,
    rounds.map((round) => round.copyMany),
  )
  // Ratios within a round, so that what slows the machine for a while slows both sides.
  const toMany = middle(({ kafka, copyMany }) => kafka.perSecond / copyMany.perSecond)
  const toOne = middle(({ kafka, copyOne }) => kafka.perSecond / copyOne.perSecond)
  const wrongCompletions = Math.max(...rounds.map(({ completions }) => Math.abs(completions - evidence.completing)))
  const row = ({ title, perSecond, cpuMicros }: Side, ratio: number) => [
    title,
    number(Math.round(perSecond)),
    number(Number(ratio.toFixed(3))),
    ...[cpuMicros.service ?? cpuMicros.client, cpuMicros.postgres, cpuMicros.kafka].map((micros) => number(Math.round(micros ?? NaN))),
  ]
  return {
    figures: {
      per_second: { kafka: kafka.perSecond, copy_one: copyOne.perSecond, copy_many: copyMany.perSecond },
      ratio_to_copy_on_as_many_connections: toMany,
      ratio_to_copy_on_one_connection: toOne,
      writers: WRITERS,
      events: evidence.count,
      rounds,
    },
    bars: [
      atLeast(`events/s to rows/s of COPY on ${WRITERS} connections`, toMany, 0.6, 'ratio'),
      atMost('rounds whose rows differ from those of COPY', rounds.filter(({ isEqual }) => !isEqual).length, 0, 'count'),
      atMost('lesson.completed too many or too few', wrongCompletions, 0, 'count'),
    ],
    sides: [kafka, copyOne, copyMany],
    tables: [
      {
        title: `${number(evidence.count)} events of new lesson_progress rows`,
        head: ['', 'rows/s', 'Kafka path to it', 'µs service or client', 'µs Postgres', 'µs Kafka'],
        rows: [row(kafka, 1), row(copyOne, toOne), row(copyMany, toMany)],
      },
    ],
    notes: [
      `The service applies ${WRITERS} partitions at once, each on a connection of its own: COPY on ${WRITERS} connections is its measure.`,
      `${number(evidence.completing)} of the events complete a lesson. The service locks and advances their enrollments and publishes lesson.completed; COPY does nothing of the kind, checks no course and no enrollment, and sends rows that were encoded beforehand.`,
      `The outbox was empty ${middle(({ kafka }) => kafka.publishedAfterSeconds).toFixed(1)} s after the last event was applied.`,
    ],
  }
}

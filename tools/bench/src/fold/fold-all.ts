import { LessonCompletedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { ensureFence, passFence, type FenceKey } from '@laurel/messaging'
import { createDataSource, transaction, type Tx } from '@laurel/postgres'
import { BenchFailure } from '../failure'
import type { Bench } from '../frame/bench'
import type { LedgerWorld } from '../ledgers/ledger-world'
import { receivedLesson } from '../ledgers/lesson-events'
import type { LessonsDone } from '../ledgers/lessons-done'
import { lessonFold } from '../ledgers/shipped'
import { countCpu } from '../measure/proc'
import { Stopwatch } from './stopwatch'

/** About what a fetch of a megabyte, the service's own limit, brings of these events. */
const BATCH = 2_000
const FENCE: FenceKey = { group: 'laurel.completion-detection', topic: LessonCompletedV1.topic, partition: 0 }

/** How the fold did. */
export interface Folded {
  readonly perSecond: number
  readonly seconds: number
  /** CPU per event; the client is this process. */
  readonly cpuMicros: Readonly<Record<'client' | 'postgres', number>>
}

/**
 * Folds events over one connection as the service does, one transaction per batch: fence, ledgers, completions, outbox.
 * They are decoded beforehand, as COPY's rows are encoded beforehand; making them is not in the figures.
 */
export async function foldAll({ databases, infra }: Bench, database: string, world: LedgerWorld, lessons: LessonsDone): Promise<Folded> {
  const dataSource = await createDataSource({
    url: databases.serviceUrl(database, 'completion-detection'),
    schema: 'completion',
    applicationName: 'laurel-bench',
    poolSize: 1,
    migrations: [],
  }).initialize()
  const fold = lessonFold(new CourseVersionStore())
  try {
    await transaction(dataSource, (tx) => ensureFence(tx, FENCE, { clusterId: 'none', next: 0n }))
    const watch = new Stopwatch()
    const postgres = countCpu({ postgres: infra.processes.postgres?.pid })
    for (let from = 0; from < lessons.count; from += BATCH) {
      const to = Math.min(lessons.count, from + BATCH)
      const batch = Array.from({ length: to - from }, (_, index) => receivedLesson(world, lessons, from + index))
      const apply = async (tx: Tx) => {
        await passFence(tx, FENCE, BigInt(to))
        return fold(batch, { tx, topic: FENCE.topic })
      }
      const refused = await watch.time(() => transaction(dataSource, apply))
      if (refused && refused.length > 0) throw new BenchFailure(`the fold refused an event: ${refused[0]!.reason}`)
    }
    const { seconds, cpuSeconds } = watch
    const each = (cpu: number) => (cpu * 1e6) / lessons.count
    return { perSecond: lessons.count / seconds, seconds, cpuMicros: { client: each(cpuSeconds), postgres: each(postgres().postgres!) } }
  } finally {
    await dataSource.destroy()
  }
}

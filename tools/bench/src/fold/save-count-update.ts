import { CompletionTracker } from '../baseline-completion/completion-tracker'
import { plainDataSource } from '../baseline-completion/data-source'
import type { Bench } from '../frame/bench'
import { receivedLesson } from '../ledgers/lesson-events'
import { WARM_UP, type PlainSample } from '../ledgers/plain-sample'
import { countCpu } from '../measure/proc'
import type { Folded } from './fold-all'
import { Stopwatch } from './stopwatch'

export interface SaveCountUpdate extends Folded {
  /** As many as it got done in the time. */
  readonly events: number
}

/** Saves the row, counts, updates: one event after the other, until they are done or the time is over. */
export async function runSaveCountUpdate(
  { databases, infra, options }: Bench,
  database: string,
  { world, lessons }: PlainSample,
): Promise<SaveCountUpdate> {
  // A superuser, so that row-level security, which it does not know of, costs it nothing.
  const dataSource = await plainDataSource(databases.url(database))
  try {
    const tracker = new CompletionTracker(dataSource)
    let next = 0
    const runFor = async (seconds: number) => {
      const watch = new Stopwatch()
      while (next < lessons.count && watch.seconds < seconds) {
        const { data } = receivedLesson(world, lessons, next++)
        await watch.time(() => tracker.lessonCompleted(data))
      }
      return watch
    }
    await runFor(options.seconds * WARM_UP)
    const [before, postgres] = [next, countCpu({ postgres: infra.processes.postgres?.pid })]
    const watch = await runFor(options.seconds)
    const events = next - before
    const { seconds, cpuSeconds } = watch
    const each = (cpu: number) => (cpu * 1e6) / events
    return { events, perSecond: events / seconds, seconds, cpuMicros: { client: each(cpuSeconds), postgres: each(postgres().postgres!) } }
  } finally {
    await dataSource.destroy()
  }
}

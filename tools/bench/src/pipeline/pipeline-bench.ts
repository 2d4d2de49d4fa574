import { LessonCompletedV1 } from '@laurel/contracts'
import { PLAIN_INPUT } from '../baseline-completion/topics'
import type { Bench, NamedBench } from '../frame/bench'
import { Closing } from '../frame/closing'
import { number } from '../frame/print'
import { preload } from '../frame/topics'
import { prepareCase, type Case } from '../ledgers/case'
import { halfDone } from '../ledgers/ledger-world'
import { lessonCopy } from '../ledgers/ledger-rows'
import { lessonRecord } from '../ledgers/lesson-events'
import { plainSample, type PlainSample } from '../ledgers/plain-sample'
import { judge } from './findings'
import { measureLatency } from './latency'
import { measureRound, roundText, type Round } from './round'
import { DATABASE } from './stage'
import { emptyAll, emptyOutputs } from './topics'

/** lesson.completed on Kafka to course.completed on Kafka, against COPY of the same rows and against a plain service. */
export const pipelineBench: NamedBench = {
  name: 'pipeline',
  summary: '`lesson.completed` on Kafka to the last `course.completed` on Kafka',
  async run(bench) {
    const { options, progress, databases, infra } = bench
    const closing = new Closing()
    bench.closing.add(() => closing.run())
    try {
      const given = await prepareCase(bench, halfDone(50, options.rows))
      const sample = plainSample(given.world, options.events, options.seconds)
      await preloadAll(bench, given, sample)
      closing.add(() => emptyAll(infra.kafka.brokers))
      closing.add(() => databases.drop(DATABASE))
      const copy = lessonCopy(given.world, given.lessons)
      const rounds: Round[] = []
      for (let nth = 1; nth <= options.rounds; nth++)
        rounds.push(
          await progress.step(`round ${nth}`, async () => {
            const round = await measureRound(bench, closing, given, copy, sample)
            return { done: `round ${nth} of ${options.rounds}: ${roundText(round)}`, value: round }
          }),
        )
      const latency = await progress.step(`latency at ${options.eventRate}/s`, async () => {
        await emptyOutputs(infra.kafka.brokers)
        const value = await measureLatency(bench, closing, given)
        return { done: `latency at ${number(value.rate)}/s: p99 ${number(value.p99Ms)} ms`, value }
      })
      return judge(given, rounds, latency)
    } finally {
      await closing.run()
    }
  },
}

async function preloadAll({ infra, progress }: Bench, { world, lessons }: Case, sample: PlainSample): Promise<void> {
  await progress.step('topics', async () => {
    const { brokers } = infra.kafka
    await emptyAll(brokers)
    await preload(brokers, LessonCompletedV1.topic, lessons.count, (index) => lessonRecord(world, lessons, index))
    await preload(brokers, PLAIN_INPUT, sample.lessons.count, (index) => lessonRecord(sample.world, sample.lessons, index))
    return {
      done: `${number(lessons.count)} events in ${LessonCompletedV1.topic}, ${number(sample.lessons.count)} for the plain service`,
      value: undefined,
    }
  })
}

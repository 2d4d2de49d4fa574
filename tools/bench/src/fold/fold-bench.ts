import type { Bench, NamedBench } from '../frame/bench'
import { Closing } from '../frame/closing'
import { prepareCase } from '../ledgers/case'
import { halfDone } from '../ledgers/ledger-world'
import { lessonCopy } from '../ledgers/ledger-rows'
import { plainSample } from '../ledgers/plain-sample'
import { judge } from './findings'
import { DATABASE, measureRound, roundText, type Cases, type Round } from './round'

/** The fold of lesson.completed into ledgers, against binary COPY of the same rows and against the common way. */
export const foldBench: NamedBench = {
  name: 'fold',
  summary: 'deciding completions from `lesson.completed`, on one connection',
  async run(bench) {
    const { options, progress, databases } = bench
    const closing = new Closing()
    bench.closing.add(() => closing.run())
    try {
      const cases = await prepare(bench)
      closing.add(() => databases.drop(DATABASE))
      const { world, lessons } = cases.fifty
      const copy = lessonCopy(world, lessons)
      const sample = plainSample(world, options.events, options.seconds)
      const rounds: Round[] = []
      for (let nth = 1; nth <= options.rounds; nth++)
        rounds.push(
          await progress.step(`round ${nth}`, async () => {
            const round = await measureRound(bench, cases, copy, sample)
            return { done: `round ${nth} of ${options.rounds}: ${roundText(round)}`, value: round }
          }),
        )
      return judge(cases, rounds)
    } finally {
      await closing.run()
    }
  },
}

async function prepare(bench: Bench): Promise<Cases> {
  const { rows } = bench.options
  const fifty = await prepareCase(bench, halfDone(50, rows))
  const none = await prepareCase(bench, { ...halfDone(50, rows), isBegun: false })
  return { fifty, none, fiveHundred: await prepareCase(bench, halfDone(500, rows)) }
}

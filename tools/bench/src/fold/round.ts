import type { Bench } from '../frame/bench'
import { number } from '../frame/print'
import { copyAll, type Copied } from '../ingest/copy-rows'
import type { Case } from '../ledgers/case'
import { completionsInOutbox, countEvidenceTooMany, countWrongLedgers } from '../ledgers/exactness'
import { compareCompletions, countFaults } from '../ledgers/model'
import { addPlainSample, type PlainSample } from '../ledgers/plain-sample'
import { evidenceFormat } from '../ledgers/shipped'
import { SEEDED } from '../seed/seed'
import { runSaveCountUpdate, type SaveCountUpdate } from './save-count-update'
import { foldAll, type Folded } from './fold-all'

export const DATABASE = 'laurel_bench_fold'

export interface Cases {
  /** Courses of 50 items, half done. */
  readonly fifty: Case
  /** Courses of 500 items, half done. */
  readonly fiveHundred: Case
  /** Courses of 50 items, nothing done yet: the same events. */
  readonly none: Case
}

/** A fold, and whether it did the right thing. */
export interface CheckedFold extends Folded {
  readonly wrongLedgers: number
  readonly evidenceTooMany: number
  readonly wrongCompletions: number
}

export interface Round {
  readonly fifty: CheckedFold
  readonly fiveHundred: CheckedFold
  readonly none: CheckedFold
  readonly copy: Copied
  readonly common: SaveCountUpdate
}

/** Each side once, one after the other, each on tables as they were seeded. */
export async function measureRound(bench: Bench, cases: Cases, copy: readonly Buffer[], sample: PlainSample): Promise<Round> {
  const { databases } = bench
  const fifty = await foldCase(bench, cases.fifty)
  await databases.copy(SEEDED, DATABASE)
  await addPlainSample(bench, DATABASE, sample)
  const copied = await copyAll(bench, DATABASE, cases.fifty.lessons.count, [[...copy]])
  await databases.checkpoint()
  const common = await runSaveCountUpdate(bench, DATABASE, sample)
  const none = await foldCase(bench, cases.none)
  const fiveHundred = await foldCase(bench, cases.fiveHundred)
  return { fifty, fiveHundred, none, copy: copied, common }
}

export function roundText(round: Round): string {
  const rate = ({ perSecond }: { perSecond: number }) => number(Math.round(perSecond))
  return `50 items ${rate(round.fifty)}, 500 items ${rate(round.fiveHundred)}, nothing done ${rate(round.none)}, COPY ${rate(round.copy)}, the common way ${rate(round.common)} events/s`
}

async function foldCase(bench: Bench, { world, lessons, completions, seeded }: Case): Promise<CheckedFold> {
  await bench.databases.copy(seeded, DATABASE)
  const folded = await foldAll(bench, DATABASE, world, lessons)
  return bench.databases.with(DATABASE, async (client) => ({
    ...folded,
    wrongLedgers: await countWrongLedgers(client, world, lessons),
    evidenceTooMany: await countEvidenceTooMany(client, evidenceFormat(), world.doneItems + lessons.count),
    wrongCompletions: countFaults(compareCompletions(completions, await completionsInOutbox(client))),
  }))
}

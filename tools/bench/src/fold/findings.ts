import { atLeast, atMost, type Outcome } from '../frame/outcome'
import { number } from '../frame/print'
import { medianSide } from '../frame/side'
import { median } from '../measure/statistics'
import type { CheckedFold, Cases, Round } from './round'

const SIDES = [
  { name: 'fifty', title: 'fold, courses of 50 items' },
  { name: 'fiveHundred', title: 'fold, courses of 500 items' },
  { name: 'none', title: 'fold, courses of 50 items, nothing done before' },
  { name: 'copy', title: 'binary COPY of the same rows' },
  { name: 'common', title: 'TypeORM: save, count, update' },
] as const

/** Ratios are taken within a round, so that what slows the machine for a while slows both sides. */
export function judge({ fifty, fiveHundred, none }: Cases, rounds: readonly Round[]): Outcome {
  const middle = (of: (round: Round) => number) => median(rounds.map(of))
  const ratio = {
    fiftyToCopy: middle((round) => round.fifty.perSecond / round.copy.perSecond),
    fiveHundredToCopy: middle((round) => round.fiveHundred.perSecond / round.copy.perSecond),
    fiftyToCommonWay: middle((round) => round.fifty.perSecond / round.common.perSecond),
    cpuAtDoneItemsToNone: middle((round) => cpuOf(round.fifty) / cpuOf(round.none)),
  }
  const folds = rounds.flatMap((round) => [round.fifty, round.fiveHundred, round.none])
  const sides = SIDES.map(({ name, title }) => ({
    name,
    ...medianSide(
      title,
      rounds.map((round) => round[name]),
    ),
  }))
  const worst = (of: (fold: CheckedFold) => number) => Math.max(...folds.map(of))
  return {
    figures: {
      ratio,
      events: fifty.lessons.count,
      doneItems: { fifty: fifty.world.doneItems, fiveHundred: fiveHundred.world.doneItems, none: none.world.doneItems },
      ledgers: { fifty: fifty.world.enrollments, fiveHundred: fiveHundred.world.enrollments, none: none.world.enrollments },
      completions: fifty.completions.size,
      rounds,
    },
    bars: [
      atLeast('events/s to rows/s of COPY, 50 items per course', ratio.fiftyToCopy, 1.3, 'ratio'),
      atLeast('events/s to rows/s of COPY, 500 items per course', ratio.fiveHundredToCopy, 0.8, 'ratio'),
      atLeast('events/s to those of the common way', ratio.fiftyToCommonWay, 40, 'ratio'),
      atMost(`CPU per event at ${number(fifty.world.doneItems)} done items to that at none`, ratio.cpuAtDoneItemsToNone, 1.5, 'ratio'),
      atMost(
        'ledgers that differ from the model',
        worst((fold) => fold.wrongLedgers),
        0,
        'count',
      ),
      atMost(
        'entries of evidence too many or too few',
        worst((fold) => Math.abs(fold.evidenceTooMany)),
        0,
        'count',
      ),
      atMost(
        'completions missing, doubled or wrong',
        worst((fold) => fold.wrongCompletions),
        0,
        'count',
      ),
    ],
    sides,
    tables: [
      {
        title: `${number(fifty.lessons.count)} lesson.completed on ${number(fifty.world.doneItems)} done items, one connection`,
        head: ['', 'events/s', 'to COPY', 'µs client', 'µs Postgres'],
        rows: sides.map(({ name, title, perSecond, cpuMicros }) => [
          title,
          number(Math.round(perSecond)),
          number(Number(middle((round) => round[name].perSecond / round.copy.perSecond).toFixed(3))),
          number(Number(cpuMicros.client!.toFixed(1))),
          number(Number(cpuMicros.postgres!.toFixed(1))),
        ]),
      },
    ],
    notes: [
      'The fold is that of the service, with fence, evidence and outbox; its events are decoded beforehand, as the rows of COPY are encoded beforehand.',
      `${number(fifty.completions.size)} of ${number(fifty.world.enrollments)} ledgers complete; COPY decides nothing.`,
      `The common way is measured on ${number(middle((round) => round.common.events))} events of other enrollments of the same kind.`,
    ],
  }
}

function cpuOf({ cpuMicros }: CheckedFold): number {
  return cpuMicros.client + cpuMicros.postgres
}

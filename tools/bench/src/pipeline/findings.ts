import { atLeast, atMost, type Outcome } from '../frame/outcome'
import { number } from '../frame/print'
import { medianSide } from '../frame/side'
import type { Case } from '../ledgers/case'
import { countFaults } from '../ledgers/model'
import { median } from '../measure/statistics'
import type { Latency } from './latency'
import type { Round } from './round'

const PROCESSES = ['service', 'client', 'postgres', 'kafka'] as const
const SIDES = [
  { name: 'service', title: 'Kafka to Kafka, completion-detection' },
  { name: 'copy', title: 'binary COPY of the same rows, one connection' },
  { name: 'plain', title: 'Kafka to Kafka, plain Nest and TypeORM' },
] as const

/** Ratios are taken within a round, so that what slows the machine for a while slows both sides. */
export function judge({ world, lessons, completions }: Case, rounds: readonly Round[], latency: Latency): Outcome {
  const middle = (of: (round: Round) => number) => median(rounds.map(of))
  const sides = SIDES.map(({ name, title }) => ({
    name,
    ...medianSide(
      title,
      rounds.map((round) => round[name]),
    ),
  }))
  const toCopy = middle(({ service, copy }) => service.perSecond / copy.perSecond)
  const toPlain = middle(({ service, plain }) => service.perSecond / plain.perSecond)
  const cpuMicros = middle(({ service }) => sumOf(service.cpuMicros))
  return {
    figures: {
      ratioToCopy: toCopy,
      ratioToPlain: toPlain,
      cpuMicrosOfAllProcesses: cpuMicros,
      latency,
      events: lessons.count,
      completions: completions.size,
      doneItems: world.doneItems,
      ledgers: world.enrollments,
      rounds,
    },
    bars: [
      atLeast('events/s to rows/s of COPY on one connection', toCopy, 0.6, 'ratio'),
      atLeast('events/s to those of the plain service', toPlain, 30, 'ratio'),
      atMost('µs of CPU per event, all processes', cpuMicros, 35, 'µs'),
      atMost(`p99 ms from last lesson to course.completed at ${number(latency.rate)}/s`, latency.p99Ms, 100, 'ms'),
      atMost(
        'completions on Kafka missing, doubled or wrong',
        Math.max(...rounds.map(({ service }) => countFaults(service.faults))),
        0,
        'count',
      ),
      atMost('ledgers that differ from the model', Math.max(...rounds.map(({ service }) => service.wrongLedgers)), 0, 'count'),
    ],
    sides,
    tables: [
      {
        title: `${number(lessons.count)} lesson.completed on ${number(world.doneItems)} done items`,
        head: ['', 'events/s', 'service to it', ...PROCESSES.map((name) => `µs ${name}`)],
        rows: sides.map(({ name, title, perSecond, cpuMicros }) => [
          title,
          number(Math.round(perSecond)),
          number(Number(middle((round) => round.service.perSecond / round[name].perSecond).toFixed(3))),
          ...PROCESSES.map((process) => number(Number((cpuMicros[process] ?? NaN).toFixed(1)))),
        ]),
      },
    ],
    notes: [
      `${number(completions.size)} enrollments complete. The service works on 3 partitions at once and publishes beside it; COPY decides nothing and sends rows that were encoded beforehand.`,
      `The plain service is measured on ${number(middle(({ plain }) => plain.events))} events of other enrollments of the same kind.`,
      `Open loop at ${number(latency.rate)}/s, counted from the moment at which the last lesson was due: p50 ${number(latency.p50Ms)} ms, p99 ${number(latency.p99Ms)} ms, at most ${number(latency.maxMs)} ms over ${number(latency.completions)} completions; events were sent ${number(latency.sentLateP99Ms)} ms late at the 99th percentile.`,
    ],
  }
}

function sumOf(cpuMicros: Readonly<Record<string, number>>): number {
  return Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0)
}

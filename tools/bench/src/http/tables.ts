import type { Table } from '../frame/outcome'
import { number } from '../frame/print'
import { ratioTo } from './capacity'
import type { HttpFindings } from './findings'
import { VARIANTS } from './variants'

const ms = (value: number) => number(Number(value.toFixed(2)))
const whole = (value: number) => number(Math.round(value))
const answers = (others: Readonly<Record<string, number>>) =>
  Object.entries(others)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ') || '-'

export function capacityTable({ capacity, audit }: HttpFindings): Table {
  return {
    title: 'PATCH progress, as many as it can (closed loop)',
    head: [
      '',
      'requests/s',
      'ratio',
      'p50 ms',
      'p99 ms',
      'µs service',
      'µs Postgres',
      'µs generator',
      'acknowledged',
      'lost',
      'other answers',
    ],
    rows: VARIANTS.map(({ name, title }) => {
      const { perSecond, p50Ms, p99Ms, cpuMicros, others } = capacity[name]
      const { acknowledged, rows, marks } = audit[name]
      const lost = name === 'plain' ? rows : rows + marks
      const times = [ms(p50Ms), ms(p99Ms), whole(cpuMicros.service), whole(cpuMicros.postgres), whole(cpuMicros.generator)]
      return [
        title,
        whole(perSecond),
        number(Number(ratioTo(capacity, name).toFixed(2))),
        ...times,
        number(acknowledged),
        number(lost),
        answers(others),
      ]
    }),
  }
}

export function latencyTable({ latency }: HttpFindings): Table {
  return {
    title: 'At a fixed rate (open loop, Poisson, from the scheduled moment)',
    head: ['', 'requests/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'generator late p99 ms', 'other answers'],
    rows: VARIANTS.map(({ name, title }) => {
      const { rate, p50Ms, p99Ms, p999Ms, generatorLateP99Ms, others } = latency[name]
      return [title, number(rate), ms(p50Ms), ms(p99Ms), ms(p999Ms), ms(generatorLateP99Ms), answers(others)]
    }),
  }
}

export function overloadTable({ overload }: HttpFindings): Table {
  const { memoryMb } = overload
  return {
    title: 'As shipped at twice its capacity, twice (open loop)',
    head: ['', ''],
    rows: [
      ['offered, requests/s', number(overload.offeredPerSecond)],
      ['sent, requests/s', whole(overload.sentPerSecond)],
      ['done, requests/s', whole(overload.goodput)],
      ['refused with 503 and Retry-After', `${(overload.refusedShare * 100).toFixed(1)} %`],
      ['accepted, p50 / p99 ms', `${ms(overload.p50Ms)} / ${ms(overload.p99Ms)}`],
      ['not sent, no connection free', number(overload.unsent)],
      ['other answers', answers(overload.others)],
      [
        'memory before / first / second / after, MB',
        [memoryMb.before, memoryMb.first, memoryMb.second, memoryMb.after].map(whole).join(' / '),
      ],
    ],
  }
}

import type { Bench, NamedBench } from '../frame/bench'
import { Closing } from '../frame/closing'
import { atLeast, atMost, type Bar, type Outcome } from '../frame/outcome'
import { number } from '../frame/print'
import { measureCapacity, ratioTo } from './capacity'
import type { Audit, ByVariant, HttpFindings } from './findings'
import { measureLatency, type Latency } from './latency'
import { measureOverload } from './overload'
import { findLosses } from './read-back'
import { startStand, targetOf, type Stand } from './stand'
import { capacityTable, latencyTable, overloadTable } from './tables'
import { VARIANTS, type VariantName } from './variants'

/** PATCH /api/v1/courses/:id/progress: how many, how fast, and what happens beyond. */
export const httpBench: NamedBench = {
  name: 'http',
  summary: 'PATCH with token, enrollment check and rate limit',
  async run(bench) {
    const closing = new Closing()
    bench.closing.add(() => closing.run())
    try {
      const stand = await startStand(bench, closing)
      const capacity = await measureCapacity(stand)
      const latency = await measureLatency(stand, capacity)
      const overload = await measureOverload(stand, capacity.shipped.perSecond)
      return judge({ capacity, latency, overload, audit: await readBack(stand) })
    } finally {
      await closing.run()
    }
  },
}

async function readBack({ bench, generator, database }: Stand): Promise<ByVariant<Audit>> {
  const audited = async (bench: Bench, name: VariantName): Promise<[VariantName, Audit]> => {
    const writes = await generator.acknowledged(targetOf(name))
    const losses = await bench.databases.with(database, (client) => findLosses(client, bench.world, writes))
    return [name, { acknowledged: writes.answers, ...losses }]
  }
  return bench.progress.step('acknowledged writes', async () => {
    const entries: [VariantName, Audit][] = []
    for (const { name } of VARIANTS) entries.push(await audited(bench, name))
    return { done: 'acknowledged writes read back', value: Object.fromEntries(entries) as ByVariant<Audit> }
  })
}

function judge(found: HttpFindings): Outcome {
  const { capacity, latency, overload, audit } = found
  const ratio = (name: VariantName) => ratioTo(capacity, name)
  const { rate } = latency.shipped
  const bars: Bar[] = [
    atLeast('requests/s, shipped to one row per request', ratio('per_request'), 1.6, 'ratio'),
    atLeast('requests/s, shipped to plain Nest + TypeORM', ratio('plain'), 4, 'ratio'),
    atMost(`p99 at ${rate}/s, ms`, latency.shipped.p99Ms, 20, 'ms'),
    atMost('acknowledged writes lost', audit.shipped.rows + audit.shipped.marks, 0, 'count'),
    atMost('answers at twice capacity that are neither 200 nor 503 with Retry-After', overload.improper, 0, 'count'),
    atMost('memory, second overload to first', overload.memoryMb.growth, 1.15, 'ratio'),
  ]
  return {
    figures: { ...found, ratio_to_per_request: ratio('per_request'), ratio_to_plain: ratio('plain') },
    bars,
    sides: VARIANTS.map(({ name, title }) => ({ title, perSecond: capacity[name].perSecond, cpuMicros: capacity[name].cpuMicros })),
    tables: [capacityTable(found), latencyTable(found), overloadTable(found)],
    notes: notes(found),
  }
}

function notes({ capacity, latency, overload }: HttpFindings): string[] {
  const busiest = Math.max(...VARIANTS.map(({ name }) => capacity[name].generatorBusy))
  const limited = VARIANTS.filter(({ name }) => latency[name].isGeneratorLimit).map(({ title }) => title)
  const throttled = VARIANTS.filter(({ name }) => (capacity[name].others['429'] ?? 0) > 0).map(({ title }) => title)
  return [
    'The plain variant has no rate limit, no row-level security and no events; the others have all three. Nobody publishes the events meanwhile: that is a worker.',
    `At a fixed rate, Poisson, from the scheduled moment: ${VARIANTS.map(({ name, title }) => latencyText(title, latency[name])).join('; ')}.`,
    `At twice its capacity the shipped one does ${number(Math.round(overload.goodput))}/s, p99 ${number(overload.p99Ms)} ms, and refuses ${(overload.refusedShare * 100).toFixed(1)} % with 503 and Retry-After.`,
    `The load generator shares the machine; it used at most ${Math.round(busiest * 100)} % of a core while capacity was measured.`,
    ...(limited.length > 0 ? [`At the fixed rate the generator, not the service, was the limit: ${limited.join(', ')}.`] : []),
    ...(overload.isGeneratorLimit
      ? [`In the overload the generator was the limit: it sent ${Math.round(overload.sentPerSecond)}/s, and late.`]
      : []),
    ...(throttled.length > 0 ? [`The rate limit refused requests of too few learners: use more --rows (${throttled.join(', ')}).`] : []),
  ]
}

function latencyText(title: string, { rate, p50Ms, p99Ms }: Latency): string {
  return `${title} at ${number(rate)}/s p50 ${number(p50Ms)} ms, p99 ${number(p99Ms)} ms`
}

import type { Bench } from '../frame/bench'
import type { Closing } from '../frame/closing'
import { number } from '../frame/print'
import { copyAll, type Copied } from '../ingest/copy-rows'
import type { Case } from '../ledgers/case'
import { addPlainSample, type PlainSample } from '../ledgers/plain-sample'
import { SEEDED } from '../seed/seed'
import { runPlainService, type PlainPiped } from './run-plain-service'
import { runPipeline, type Piped } from './run-pipeline'
import { DATABASE } from './stage'
import { emptyOutputs } from './topics'

export interface Round {
  readonly service: Piped
  readonly copy: Copied
  readonly plain: PlainPiped
}

/** Each side once, one after the other, each on tables as they were seeded. */
export async function measureRound(
  bench: Bench,
  closing: Closing,
  given: Case,
  copy: readonly Buffer[],
  sample: PlainSample,
): Promise<Round> {
  const { databases, infra } = bench
  await emptyOutputs(infra.kafka.brokers)
  const service = await runPipeline(bench, closing, given)
  await databases.copy(SEEDED, DATABASE)
  await addPlainSample(bench, DATABASE, sample)
  const copied = await copyAll(bench, DATABASE, given.lessons.count, [[...copy]])
  await databases.checkpoint()
  return { service, copy: copied, plain: await runPlainService(bench, closing, DATABASE, sample.lessons.count) }
}

export function roundText({ service, copy, plain }: Round): string {
  const rate = ({ perSecond }: { perSecond: number }) => number(Math.round(perSecond))
  return `Kafka to Kafka ${rate(service)}, COPY ${rate(copy)}, the plain service ${rate(plain)} events/s`
}

import type { Findings } from '../findings'
import type { ProofOptions } from '../proof'
import { Random } from '../random'
import type { Stage } from '../stage/stage'
import { compare } from './check/compare'
import { drive } from './drive'
import { enrollAll } from './enroll-all'
import type { WriteFaults } from './faults'
import { KafkaWriter } from './kafka-writer'
import { Model } from './model'
import { RestClient, type RestClientOptions } from './rest-client'
import { settle } from './settle'
import { makeWorld, type World } from './world'
import { WriteStream } from './write-stream'

export interface WriteRun extends Pick<RestClientOptions, 'urls' | 'onRepeat'> {
  readonly stage: Stage
  readonly options: ProofOptions
  readonly writes: number
  readonly faults: WriteFaults
  readonly findings: Findings
}

/** Writes by REST and Kafka about the same enrollments under faults, then compares every row, event and dead letter with the model. */
export async function writeAndCompare(
  o: WriteRun,
): Promise<{ readonly acknowledged: number; readonly figures: Readonly<Record<string, number | string>> }> {
  const { stage, writes, urls, faults, findings } = o
  const { seed, seconds, say, signal } = o.options
  const world = makeWorld(new Random(`${seed} world`), Math.min(2_000, Math.max(40, Math.round(writes / 40))))
  const model = new Model(world)
  const client = stage.kafka('laurel-prove')
  const kafka = await KafkaWriter.connect(client, model)
  const tokens = await tokensOf(stage, world)
  const random = new Random(`${seed} timing`)
  const tokenOf = (userId: string) => tokens.get(userId)!
  const onRepeat = o.onRepeat && { onRepeat: o.onRepeat }
  const rest = new RestClient({ urls, connections: 64, tokenOf, random, findings, faults, signal, ...onRepeat })
  /** False, and a finding, when the service does not get there. */
  const settled = async () => {
    const unfinished = await settle({ kafka: client, adminUrl: stage.adminUrl, parked: model.parked.size, signal })
    if (unfinished !== null) findings.add('wrong', unfinished)
    return unfinished === null
  }
  try {
    const stream = new WriteStream(new Random(`${seed} writes`), world, writes)
    const isEnrolled = await enrollAll({ world, model, records: stream.records, kafka, rest, settled })
    if (!isEnrolled) return { acknowledged: kafka.acknowledged, figures: {} }
    say(`  ${world.enrollments.length} enrollments in ${world.versions.length + 1} course versions; writing`)
    const replicas = urls.length
    const acknowledged = await drive({ stream, writes, seconds, rest, kafka, model, faults, findings, random, replicas, say, signal })
    say('  all acknowledged; waiting until everything is applied')
    await settled()
    say('  comparing with the model')
    const figures = await compare({ adminUrl: stage.adminUrl, kafka: client, rest, model, findings })
    return { acknowledged, figures: { ...figures, 'requests repeated': rest.repeated } }
  } finally {
    await kafka.close()
    await rest.close()
  }
}

async function tokensOf(stage: Stage, world: World): Promise<Map<string, string>> {
  const users = new Set(world.enrollments.map(({ userId }) => userId))
  return new Map(await Promise.all([...users].map(async (user): Promise<[string, string]> => [user, await stage.iam.token(user)])))
}

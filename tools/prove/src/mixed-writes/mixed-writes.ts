import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Random } from '../random'
import { Stage } from '../stage/stage'
import { compare } from './check/compare'
import { drive } from './drive'
import { enrollAll } from './enroll-all'
import { Faults } from './faults'
import { KafkaWriter } from './kafka-writer'
import { Model } from './model'
import { RestClient } from './rest-client'
import { settle } from './settle'
import { makeWorld, type World } from './world'
import { WriteStream } from './write-stream'

const DEFAULT_WRITES = 50_000
const REPLICAS = 2

/** Every row and event of progress, after REST and Kafka wrote about the same enrollments while everything crashed. */
export const mixedWrites: Proof = {
  name: 'mixed-writes',
  summary: 'PATCH, quiz attempts and Kafka events together; service and database crash; every row, event and dead letter as the model says',
  async run(o: ProofOptions): Promise<Evidence> {
    const stage = await Stage.start({ service: 'progress', replicas: REPLICAS, signal: o.signal })
    o.say(`  Kafka, Postgres and ${REPLICAS} replicas of progress run in ${stage.dir}`)
    let isGood = false
    try {
      const evidence = await prove(stage, o)
      isGood = evidence.findings.none
      return evidence
    } finally {
      await stage.stop()
      if (isGood) stage.remove()
      else o.say(`  the logs are kept in ${stage.dir}/logs`)
    }
  },
}

async function prove(stage: Stage, o: ProofOptions): Promise<Evidence> {
  const { seed, seconds, say, signal } = o
  const writes = o.writes ?? DEFAULT_WRITES
  const findings = new Findings()
  const world = makeWorld(new Random(`${seed} world`), Math.min(2_000, Math.max(40, Math.round(writes / 40))))
  const model = new Model(world)
  const faults = new Faults(stage, new Random(`${seed} faults`), faultsFor(writes))
  const client = stage.kafka('laurel-prove')
  const kafka = await KafkaWriter.connect(client, model)
  const tokens = await tokensOf(stage, world)
  const random = new Random(`${seed} timing`)
  const urls = stage.replicas.map((replica) => replica.url)
  const rest = new RestClient({ urls, connections: 64, tokenOf: (userId) => tokens.get(userId)!, random, findings, faults, signal })
  /** False, and a finding, when the service does not get there. */
  const settled = async () => {
    const unfinished = await settle({ kafka: client, adminUrl: stage.adminUrl, parked: model.parked.size, signal })
    if (unfinished !== null) findings.add('wrong', unfinished)
    return unfinished === null
  }
  try {
    const stream = new WriteStream(new Random(`${seed} writes`), world, writes)
    const isEnrolled = await enrollAll({ world, model, records: stream.records, kafka, rest, settled })
    if (!isEnrolled) return { faults: faults.injected, acknowledged: kafka.acknowledged, recoveryMs: 0, findings }
    say(`  ${world.enrollments.length} enrollments in ${world.versions.length + 1} course versions; writing`)
    const replicas = urls.length
    const acknowledged = await drive({ stream, writes, seconds, rest, kafka, model, faults, findings, random, replicas, say, signal })
    say('  all acknowledged; waiting until everything is applied')
    await settled()
    say('  comparing with the model')
    const figures = await compare({ adminUrl: stage.adminUrl, kafka: client, rest, model, findings })
    checkReplicas(stage, findings)
    const failedStarts = stage.replicas.reduce((sum, replica) => sum + replica.failedStarts, 0)
    return {
      faults: faults.injected,
      acknowledged,
      recoveryMs: faults.recoveryMs,
      findings,
      figures: { ...figures, 'requests repeated': rest.repeated, 'starts repeated for want of a database': failedStarts },
    }
  } finally {
    await kafka.close()
    await rest.close()
  }
}

/** So many that a long run sees dozens of each kind and a short one a few. */
function faultsFor(writes: number) {
  return {
    'service SIGKILL': Math.max(3, Math.round(writes / 2_500)),
    'service SIGTERM': Math.max(1, Math.round(writes / 10_000)),
    'Postgres SIGKILL': Math.max(2, Math.round(writes / 8_000)),
  }
}

async function tokensOf(stage: Stage, world: World): Promise<Map<string, string>> {
  const users = new Set(world.enrollments.map(({ userId }) => userId))
  return new Map(await Promise.all([...users].map(async (user): Promise<[string, string]> => [user, await stage.iam.token(user)])))
}

/** A crash of what it leans on is no reason for a service to end. */
function checkReplicas(stage: Stage, findings: Findings): void {
  for (const { name, endedByItself, refusedToEnd } of stage.replicas) {
    if (endedByItself > 0) findings.add('wrong', `${name} ended ${endedByItself} times by itself`)
    if (refusedToEnd > 0) findings.add('wrong', `${name} had not ended 10 s after SIGTERM, ${refusedToEnd} times`)
  }
}

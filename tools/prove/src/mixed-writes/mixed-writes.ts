import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Random } from '../random'
import { Stage } from '../stage/stage'
import { Faults } from './faults'
import { writeAndCompare } from './write-and-compare'

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
  const writes = o.writes ?? DEFAULT_WRITES
  const findings = new Findings()
  const faults = new Faults(stage, new Random(`${o.seed} faults`), faultsFor(writes))
  const urls = stage.replicas.map((replica) => replica.url)
  const { acknowledged, figures } = await writeAndCompare({ stage, options: o, writes, urls, faults, findings })
  checkReplicas(stage, findings)
  const failedStarts = stage.replicas.reduce((sum, replica) => sum + replica.failedStarts, 0)
  return {
    faults: faults.injected,
    acknowledged,
    recoveryMs: faults.recoveryMs,
    findings,
    figures: { ...figures, 'starts repeated for want of a database': failedStarts },
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

/** A crash of what it leans on is no reason for a service to end. */
function checkReplicas(stage: Stage, findings: Findings): void {
  for (const { name, endedByItself, refusedToEnd } of stage.replicas) {
    if (endedByItself > 0) findings.add('wrong', `${name} ended ${endedByItself} times by itself`)
    if (refusedToEnd > 0) findings.add('wrong', `${name} had not ended 10 s after SIGTERM, ${refusedToEnd} times`)
  }
}

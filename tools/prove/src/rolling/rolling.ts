import { Findings } from '../findings'
import { describe, type Try } from '../mixed-writes/rest-client'
import { writeAndCompare } from '../mixed-writes/write-and-compare'
import type { RestWrite } from '../mixed-writes/writes'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Stage } from '../stage/stage'
import { Balancer } from './balancer'
import { Restarts } from './restarts'

const REPLICAS = 2
const SECONDS = 120
const WRITES_PER_SECOND = 200
const EVERY_MS = 20_000

/** A new version is rolled out: no client notices, and nothing is lost or done twice. */
export const rolling: Proof = {
  name: 'rolling',
  summary:
    'SIGTERM of two replicas of progress in turn behind a balancer, under REST and Kafka writes: no request fails, and all is as the model says',
  async run(o: ProofOptions): Promise<Evidence> {
    const stage = await Stage.start({ service: 'progress', replicas: REPLICAS, signal: o.signal })
    const balancer = await Balancer.start(stage.replicas.map(({ url }) => url))
    let isGood = false
    try {
      const evidence = await prove(stage, balancer, { ...o, seconds: o.seconds ?? SECONDS })
      isGood = evidence.findings.none
      return evidence
    } finally {
      await stage.stop()
      await balancer.stop()
      if (isGood) stage.remove()
      else o.say(`  the logs are kept in ${stage.dir}/logs`)
    }
  },
}

async function prove(stage: Stage, balancer: Balancer, options: ProofOptions & { readonly seconds: number }): Promise<Evidence> {
  const findings = new Findings()
  // A short run sees a few restarts, too.
  const restarts = new Restarts(stage.replicas, balancer, Math.min(EVERY_MS, options.seconds * 250))
  const writes = options.writes ?? WRITES_PER_SECOND * options.seconds
  let failed = 0
  const onRepeat = (write: RestWrite, tried: Try) => {
    if (isExpected(tried)) return
    failed++
    findings.add('wrong', `a request failed: ${describe(write)}: ${JSON.stringify(tried)}`)
  }
  const run = { stage, options, writes, urls: [balancer.url], faults: restarts, findings, onRepeat }
  const { acknowledged, figures } = await writeAndCompare(run)
  for (const { name, endedByItself, refusedToEnd, failedDrains } of stage.replicas) {
    if (endedByItself + refusedToEnd + failedDrains > 0) {
      findings.add(
        'wrong',
        `${name}: ended by itself ${endedByItself}, not ended 10 s after SIGTERM ${refusedToEnd}, drained in vain ${failedDrains} times`,
      )
    }
  }
  if (restarts.count < REPLICAS) findings.add('wrong', `nothing is proven: ${restarts.count} restarts in ${options.seconds} s`)
  return {
    faults: { SIGTERM: restarts.count },
    acknowledged,
    recoveryMs: restarts.longestGapMs,
    findings,
    figures: { ...figures, 'failed requests': failed },
  }
}

/** A repeat under an Idempotency-Key whose first request is under way: it says so. */
function isExpected(tried: Try): boolean {
  return tried.kind === 'answered' && tried.status === 409
}

import { Client } from 'pg'
import { settled } from '../check/settle'
import { checkPids, count, stackProof, type StackRun } from '../stack-proof/stack-proof'

const TERMINATED_PER_SECOND = 3
/** Of the clean rate. */
const AT_LEAST = 0.8
/** The rates of shorter runs tell nothing of each other. */
const COMPARED_FROM_SECONDS = 40
const LINES_PER_LEARNER = 35
const LINES_PER_SECOND = 400

/** Connections are cut all the time; then there is none left to be had. */
export const backendStorm = stackProof({
  name: 'backend-storm',
  summary: 'three backends a second terminated, then no connection to be had: no crash, at least 80 % of the clean rate in the same run',
  seconds: 120,
  perSecond: undefined,
  async strikeAtRest(run) {
    const pids = run.stack.pids()
    const learners = Math.max(20, Math.round((run.seconds * LINES_PER_SECOND) / LINES_PER_LEARNER / 4))
    const clean = { lines: 0, ms: 0 }
    const storm = { lines: 0, ms: 0 }
    const order = run.seconds < COMPARED_FROM_SECONDS ? [clean, storm] : [clean, storm, storm, clean]
    for (const phase of order) {
      const calm = phase === storm ? terminate(run) : async () => undefined
      const [began, before] = [performance.now(), run.load.lines]
      await run.load.wave(learners)
      await settled(run)
      phase.ms += performance.now() - began
      phase.lines += run.load.lines - before
      await calm()
    }
    judgeRates(run, clean, storm)
    await exhaust(run)
    checkPids(run, pids)
  },
})

interface Phase {
  readonly lines: number
  readonly ms: number
}

function judgeRates({ figures, findings, seconds }: StackRun, clean: Phase, storm: Phase): void {
  const rate = ({ lines, ms }: Phase) => (lines / ms) * 1_000
  const ratio = rate(storm) / rate(clean)
  figures['lines a second, clean'] = Math.round(rate(clean))
  figures['lines a second, in the storm'] = Math.round(rate(storm))
  figures['of the clean rate'] = ratio.toFixed(2)
  if (ratio < AT_LEAST && seconds >= COMPARED_FROM_SECONDS)
    findings.add('wrong', `in the storm ${ratio.toFixed(2)} of the clean rate, ${AT_LEAST} is the least`)
}

/** Ends backends of the services until the returned function is called. */
export function terminate(run: StackRun): () => Promise<void> {
  const { fences, sleep } = run
  let isOver = false
  const work = async () => {
    while (!isOver) {
      const { rows } = await fences.query<{ hit: boolean }>(
        `select pg_terminate_backend(pid) as hit from pg_stat_activity
          where backend_type = 'client backend' and application_name not like 'laurel-prove%' and usename <> current_user
          order by random() limit 1`,
      )
      if (rows[0]?.hit) count(run, 'terminated backend')
      await sleep(1_000 / TERMINATED_PER_SECOND)
    }
  }
  const working = work()
  return async () => {
    isOver = true
    await working
  }
}

/** Takes every connection that the server gives, ends those of the services, and holds on for a while; then goes on with the load. */
async function exhaust(run: StackRun): Promise<void> {
  const { stack, fences, load, sleep } = run
  const held: Client[] = []
  const wave = load.wave(20)
  const take = async () => {
    const client = new Client({ connectionString: stack.adminUrl, application_name: 'laurel-prove-exhaust' })
    client.on('error', () => undefined)
    await client.connect()
    held.push(client)
  }
  try {
    await fences.query('select 1')
    for (let round = 0; round < 20; round++) {
      while (
        await take().then(
          () => true,
          () => false,
        )
      );
      await fences.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and usename <> current_user",
      )
      await sleep(100)
    }
    count(run, 'pool exhausted')
  } finally {
    await Promise.all(held.map((client) => client.end().catch(() => undefined)))
  }
  await wave
  await load.producer.flush()
  await settled(run)
}

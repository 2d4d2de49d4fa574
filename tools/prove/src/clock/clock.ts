import { Lender } from '../stage/lender'
import { SERVICES, WholeStack } from '../stage/whole-stack'
import type { Proof } from '../proof'
import { checkOrder } from '../relay/check-order'
import { checkPids, count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { Clocks, HOUR_MS } from './clocks'
import { HealthWatch } from './health-watch'
import { checkMembers, membersNow } from './members'
import { TRIALS } from './trials'

const APPLIES_WITHIN_MS = 5_000
/** The host of a second process of completion-detection. */
const SECOND = 'completion-detection-2'
const HOSTS = [...SERVICES, SECOND]

/**
 * Hosts' clocks jump by an hour while the services on them run: one of them, or all at once, between an hour ahead of the machine's
 * clock and an hour behind it. Postgres, Kafka, the outside systems and the callers keep the machine's: tokens are good for hours, so a
 * service that refuses one is wrong.
 */
export const clock: Proof = {
  name: 'clock',
  summary: "services' clocks step by an hour, both ways, one by one and together: exact, leases and order hold, recovers within 5 s",
  async run(o) {
    const clocks = new Clocks(HOSTS)
    // A checker that runs all the time, to see that it goes on.
    const environment = { ...clocks.environment(), CHECKER_CRON: '*/2 * * * * *' }
    const lender = new Lender((signal) => WholeStack.start(signal, environment), o.say)
    try {
      return await steps(clocks).run({ ...o, lender })
    } finally {
      await lender.close()
      clocks.remove()
    }
  },
}

function steps(clocks: Clocks): Proof {
  return stackProof({
    name: 'clock',
    summary: clock.summary,
    // About 20 steps.
    seconds: 240,
    async strike(run) {
      const pids = run.stack.pids()
      const second = await run.stack.replica('completion-detection', 2, clocks.environment(SECOND))
      await second.start()
      const health = new HealthWatch(run, [...SERVICES.map((name) => ({ name, url: run.stack.state.services[name]!.url })), second])
      try {
        // The first goes ahead, so that the second can come back.
        for (let direction = 1; direction === -1 || !run.isOver(); direction = -direction) await stepUnderLoad(run, clocks, direction)
      } finally {
        health.stop()
        await second.stop()
      }
      checkPids(run, pids)
      if (second.endedByItself > 0) run.findings.add('wrong', `${second.name} ended by itself`)
    },
    async strikeAtRest(run) {
      for (const [what, trial] of Object.entries(TRIALS)) {
        await trial(run, clocks)
        count(run, `at rest, ${what}`)
      }
    },
    async check(run) {
      run.figures['events published'] = (await checkOrder(run)).events
    },
  })
}

/** Ahead or back by an hour, on one host or on all that have not gone as far already. */
async function stepUnderLoad(run: StackRun, clocks: Clocks, direction: number): Promise<void> {
  const { random, recovery, sleep } = run
  await sleep(random.integer(1_000, 3_000))
  const movable = clocks.hosts.filter((host) => Math.abs(clocks.offsetOf(host) + direction * HOUR_MS) <= HOUR_MS)
  const isTogether = random.chance(0.4)
  const hosts = isTogether ? movable : [random.pick(movable)]
  const way = direction > 0 ? 'ahead' : 'back'
  const before = await membersNow(run)
  const at = Date.now()
  await Promise.all(hosts.map((host) => clocks.set(host, clocks.offsetOf(host) + direction * HOUR_MS)))
  count(run, `clock an hour ${way}, ${isTogether ? 'all hosts' : 'one host'}`)
  const what = `the clock of ${isTogether ? 'all hosts' : hosts[0]} went an hour ${way}`
  await Promise.all([...SERVICES.map((name) => recovery.of(name, what, at, APPLIES_WITHIN_MS)), checkMembers(run, before, what)])
}

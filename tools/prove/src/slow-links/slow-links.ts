import { CLEAR } from '../link/weather'
import { linkedProof } from '../stack-proof/linked-proof'
import { checkPids, count, type StackRun } from '../stack-proof/stack-proof'
import type { Links } from '../stage/links'
import { SERVICES } from '../stage/whole-stack'
import { awaitDeliveries } from './deliveries'
import { FAULTS, type FaultName } from './faults'

const RECOVERS_WITHIN_MS = 5_000
const LINKS = ['postgres', 'kafka', 'sandbox'] as const
type LinkName = (typeof LINKS)[number]

const CASES = LINKS.flatMap((link) => (Object.keys(FAULTS) as FaultName[]).map((fault) => ({ link, fault })))

/** Each link gets each fault, in random order, with pauses. */
export const slowLinks = linkedProof({
  name: 'slow-links',
  summary: "the services' links to Postgres, Kafka and the outside, +50 / +500 ms, 100 kB/s, sliced, half-open: exact; recovers within 5 s",
  // Each of the fifteen twice.
  seconds: 400,
  // What a link of 100 kB/s takes.
  perSecond: 60,
  async strike(run, links) {
    const pids = run.stack.pids()
    do {
      for (const { link, fault } of run.random.shuffled(CASES)) {
        await worsen(run, links, link, fault)
        if (run.isOver()) break
      }
    } while (!run.isOver())
    checkPids(run, pids)
  },
})

async function worsen(run: StackRun, links: Links, link: LinkName, fault: FaultName): Promise<void> {
  const { random, recovery, sleep } = run
  await sleep(random.integer(1_000, 3_000))
  links[link].weather = FAULTS[fault]
  count(run, `${fault} to ${link}`)
  await sleep(random.integer(3_000, 10_000)).finally(() => (links[link].weather = CLEAR))
  const wellAt = Date.now()
  const what = `${fault} to ${link}`
  await Promise.all([
    ...SERVICES.map((name) => recovery.of(name, what, wellAt, RECOVERS_WITHIN_MS)),
    awaitDeliveries(run, what, wellAt, RECOVERS_WITHIN_MS),
  ])
}

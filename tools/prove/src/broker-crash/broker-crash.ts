import { reachesBroker } from '@laurel/dev-stack'
import { checkPids, count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { SERVICES } from '../stage/whole-stack'

const GOES_ON_WITHIN_MS = 5_000
const REBALANCE_EVERY_MS = 5_000
const LOOK_EVERY_MS = 50

/** The only broker dies and comes back on its log, while members join and leave. */
export const brokerCrash = stackProof({
  name: 'broker-crash',
  summary: 'SIGKILL of the broker, a rebalance every 5 s: every acknowledged send is there; stall at most 5 s after it is back',
  // About 20 crashes.
  seconds: 240,
  async strike(run) {
    const { stack, random, sleep, isOver } = run
    const pids = stack.pids()
    const member = await stack.replica('completion-detection', 2)
    await member.start()
    try {
      do {
        const crashAt = Date.now() + random.integer(1_000, Math.min(12_000, 2_000 + run.seconds * 1_000))
        while (Date.now() + REBALANCE_EVERY_MS < crashAt && !isOver()) {
          await sleep(REBALANCE_EVERY_MS)
          if (member.end('SIGTERM')) count(run, 'rebalance')
        }
        await sleep(Math.max(0, crashAt - Date.now()))
        await crashBroker(run, GOES_ON_WITHIN_MS)
      } while (!isOver())
      if (member.endedByItself > 0) run.findings.add('wrong', `${member.name} ended by itself`)
    } finally {
      await member.stop()
    }
    checkPids(run, pids)
  },
})

/** One death of the broker; resolves when every service applies records again, which must be so within the time from when it is back. */
export async function crashBroker(run: StackRun, mostMs: number): Promise<void> {
  run.stack.kill('kafka', 'SIGKILL')
  count(run, 'SIGKILL of the broker')
  const backAt = await untilBack(run)
  await Promise.all(SERVICES.map((name) => run.recovery.of(name, 'the broker was back', backAt, mostMs)))
}

/** When the broker answers again, in milliseconds since 1970. */
async function untilBack({ stack, sleep }: StackRun): Promise<number> {
  const answers = () => reachesBroker(stack.broker, 500)
  while (await answers()) await sleep(LOOK_EVERY_MS)
  while (!(await answers())) await sleep(LOOK_EVERY_MS)
  return Date.now()
}

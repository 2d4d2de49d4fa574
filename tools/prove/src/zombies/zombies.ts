import { count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import type { Replica } from '../stage/replica'
import { SESSION_TIMEOUT_MS } from '../stage/stage'
import type { ServiceName } from '../stage/whole-stack'

const MEMBERS = 3
const TAKEN_OVER_WITHIN_MS = SESSION_TIMEOUT_MS + 5_000

/** Members are stopped for longer than the others wait for them, and go on in the middle of their batches. */
export const zombies = stackProof({
  name: 'zombies',
  summary: '3 members of progress and of completion-detection, SIGSTOP past the session timeout, SIGCONT mid-batch: exact',
  // About 100 pauses.
  seconds: 600,
  async strike(run) {
    const members = await Promise.all([startMembers(run, 'progress'), startMembers(run, 'completion-detection')])
    try {
      await Promise.all([pauseInTurn(run, 'progress', members[0]), pauseInTurn(run, 'completion-detection', members[1])])
    } finally {
      await Promise.all(members.flat().map((member) => member.stop()))
    }
    for (const { name, endedByItself } of members.flat()) if (endedByItself > 0) run.findings.add('wrong', `${name} ended by itself`)
  },
})

/** Beside the one that the stack runs. */
async function startMembers({ stack }: StackRun, service: ServiceName): Promise<Replica[]> {
  const members = await Promise.all(Array.from({ length: MEMBERS - 1 }, (_, index) => stack.replica(service, index + 2)))
  await Promise.all(members.map((member) => member.start()))
  return members
}

async function pauseInTurn(run: StackRun, service: ServiceName, members: readonly Replica[]): Promise<void> {
  const { stack, random, recovery, sleep, isOver } = run
  // The stack's own process of completion-detection, too; that of progress answers the load's REST calls.
  const own = (signal: 'SIGSTOP' | 'SIGCONT') => void stack.kill(service, signal)
  const freezers = members.map((member) => (signal: 'SIGSTOP' | 'SIGCONT') => void member.freeze(signal))
  if (service !== 'progress') freezers.push(own)
  do {
    await sleep(random.integer(500, 2_000))
    const freeze = random.pick(freezers)
    const at = Date.now()
    freeze('SIGSTOP')
    count(run, `SIGSTOP of a member of ${service}`)
    await sleep(SESSION_TIMEOUT_MS / 2)
    await recovery.untilCaughtUp(service, 'SIGSTOP', at, TAKEN_OVER_WITHIN_MS)
    await sleep(random.integer(0, 2_000))
    freeze('SIGCONT')
  } while (!isOver())
}

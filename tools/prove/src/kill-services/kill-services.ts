import { count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { SESSION_TIMEOUT_MS } from '../stage/stage'
import { SERVICES, type ServiceName } from '../stage/whole-stack'

const RESUMES_WITHIN_MS = SESSION_TIMEOUT_MS + 5_000

/** Any of the five services dies, over and over, whatever it is doing. */
export const killServices = stackProof({
  name: 'kill-services',
  summary: 'SIGKILL of any of the five services after 1-5 s of progress: exact, and each resumes within the session timeout + 5 s',
  // About 200 kills.
  seconds: 1_000,
  async strike(run) {
    const down = new Set<ServiceName>()
    await Promise.all([killInTurn(run, down), killInTurn(run, down)])
  },
})

/** One at a time, when it has worked for a while; `down` are those that another hand is at. */
async function killInTurn(run: StackRun, down: Set<ServiceName>): Promise<void> {
  const { random, sleep, isOver } = run
  while (!isOver()) {
    await sleep(random.integer(1_000, 5_000))
    const service = random.pick(SERVICES.filter((name) => !down.has(name)))
    down.add(service)
    await killOnce(run, service)
    down.delete(service)
  }
}

/** One death; resolves when the service applies records again. */
export async function killOnce(run: StackRun, service: ServiceName): Promise<void> {
  run.stack.kill(service, 'SIGKILL')
  count(run, 'SIGKILL of a service')
  await run.recovery.of(service, 'SIGKILL', Date.now(), RESUMES_WITHIN_MS)
}

import { count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { SESSION_TIMEOUT_MS } from '../stage/stage'
import { SCHEMAS, type ServiceName } from '../stage/whole-stack'
import { withClient } from '../stage/with-client'
import { checkOrder } from './check-order'
import { commitLate } from './late-commit'

/** How often each is chosen: progress publishes all the time, the others when somebody completes. */
const PUBLISHERS = { progress: 4, 'completion-detection': 1, credential: 1 }
const KILL = 'SIGKILL between produce and delete'
const CAUGHT_WITHIN_MS = 5_000
const DELETED_WITHIN_MS = 2_000

/** The relay dies when the brokers have its events and the outbox still holds them. */
export const relay = stackProof({
  name: 'relay',
  summary: 'SIGKILL between produce and delete, a transaction open below committed ones: nothing missing, order per key',
  seconds: 120,
  async strike(run) {
    const { random, recovery, sleep, isOver } = run
    do {
      await sleep(random.integer(500, 2_000))
      await commitLate(run, random.integer(100, 1_000))
      const service = await killBeforeDelete(run, random.weighted(PUBLISHERS))
      if (service === undefined) continue
      count(run, KILL)
      await recovery.of(service, 'SIGKILL', Date.now(), SESSION_TIMEOUT_MS + 5_000)
    } while (!isOver() || (run.faults[KILL] ?? 0) === 0)
  },
  async check(run) {
    const { events, repeats } = await checkOrder(run)
    run.figures['events published'] = events
    run.figures['of them published again'] = repeats
    // Each kill leaves at least one to be published again: else it came at another moment.
    if (repeats < (run.faults[KILL] ?? 0))
      run.findings.add('wrong', `${run.faults[KILL]} kills, but only ${repeats} events were published again`)
  },
})

/** Holds rows of the outbox until their deletion waits for it, which is after they were produced. Returns whom it killed; nobody when no rows came by. */
function killBeforeDelete(run: StackRun, service: ServiceName): Promise<ServiceName | undefined> {
  const { stack } = run
  const schema = SCHEMAS[service]
  return withClient(stack.adminUrl, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    await client.query('begin')
    await client.query(holdFirstRows(schema))
    const pid = await untilWaiting(run, schema, rows[0]!.pid)
    if (pid === undefined) return undefined
    stack.kill(service, 'SIGKILL')
    // Or it would still delete what the dead process asked it to.
    await client.query('select pg_terminate_backend($1, 5000)', [pid])
    await client.query('rollback')
    return service
  })
}

/** Looks so often that rows are found in the few milliseconds for which they are there. */
function holdFirstRows(schema: string): string {
  return `do $$ begin
    for round in 1..${CAUGHT_WITHIN_MS * 2} loop
      perform id from ${schema}.outbox for key share skip locked;
      exit when found;
      perform pg_sleep(0.0005);
    end loop;
  end $$`
}

/** The backend whose deletion waits for a lock of ours; asked elsewhere, as a transaction sees what others do only once. */
async function untilWaiting({ fences }: StackRun, schema: string, holder: number): Promise<number | undefined> {
  const deadline = Date.now() + DELETED_WITHIN_MS
  while (Date.now() < deadline) {
    const { rows } = await fences.query<{ pid: number }>(
      `select pid from pg_stat_activity where usename = $1 and query like 'delete from outbox%' and $2 = any(pg_blocking_pids(pid))`,
      [schema, holder],
    )
    if (rows[0]) return rows[0].pid
  }
  return undefined
}

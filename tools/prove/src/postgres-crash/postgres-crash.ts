import { checkPids, count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { SERVICES } from '../stage/whole-stack'

const RECONNECTS_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 50

/** The database dies with all of its processes, or drops everything at once, and comes back. */
export const postgresCrash = stackProof({
  name: 'postgres-crash',
  summary: 'SIGKILL of the postmaster and its children, or immediate stop: exact; services reconnect within 5 s, none exits',
  // About 20 crashes.
  seconds: 220,
  async strike(run) {
    const pids = run.stack.pids()
    do {
      await run.sleep(run.random.integer(2_000, 6_000))
      await crashDatabase(run, RECONNECTS_WITHIN_MS)
    } while (!run.isOver())
    checkPids(run, pids)
  },
})

/** One crash or immediate stop; resolves when every service applies records again, which must be so within the time from when the database is back. */
export async function crashDatabase(run: StackRun, mostMs: number): Promise<void> {
  const { stack, random, recovery } = run
  const before = await startOf(run)
  const isKilled = random.chance(0.5)
  if (isKilled) stack.crashPostgres()
  else stack.kill('postgres', 'SIGQUIT')
  count(run, isKilled ? 'SIGKILL of the postmaster and its children' : 'immediate stop')
  const backAt = await untilBack(run, before)
  await Promise.all(SERVICES.map((name) => recovery.of(name, 'the database was back', backAt, mostMs)))
}

async function startOf({ fences }: StackRun): Promise<number> {
  const { rows } = await fences.query<{ at: number }>('select (extract(epoch from pg_postmaster_start_time()) * 1000)::float8 as at')
  return rows[0]!.at
}

/** When the database answers again, as another process than before; in milliseconds since 1970. */
async function untilBack(run: StackRun, before: number): Promise<number> {
  for (;;) {
    const start = await startOf(run).catch(() => before)
    if (start !== before) return Date.now()
    await run.sleep(LOOK_EVERY_MS)
  }
}

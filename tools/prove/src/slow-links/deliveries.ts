import type { StackRun } from '../stack-proof/stack-proof'

const LOOK_EVERY_MS = 50
const GIVE_UP_AFTER_MS = 60_000

/** What each service has brought to an outside system, and what it still has to bring there. */
const DELIVERIES = `
  select 'analytics-distribution' as name, count(sent_at)::int as done,
         count(*) filter (where sent_at is null and failed_at is null)::int as waiting from analytics.statement
  union all
  select 'credential', count(outcome)::int, count(*) filter (where wanted and outcome is null and queued_at is not null)::int
    from credential.completions
  union all
  select 'hr-report', count(pushed_at)::int, count(*) filter (where pushed_at is null and queued_at is not null)::int from hr.training_records`

interface Deliveries {
  readonly name: string
  readonly done: number
  readonly waiting: number
}

/**
 * Resolves when each service that has something to deliver has delivered something; it is a finding when that takes longer than `mostMs`.
 *
 * @param since when they could be made again at the earliest, in milliseconds since 1970
 */
export async function awaitDeliveries(run: StackRun, what: string, since: number, mostMs: number): Promise<void> {
  const pending = (await look(run)).filter(({ waiting }) => waiting > 0)
  await Promise.all(
    pending.map(async ({ name, done }) => {
      const hasDelivered = async () => (await look(run)).some((now) => now.name === name && now.done > done)
      while (!(await hasDelivered()) && Date.now() - since < GIVE_UP_AFTER_MS) await run.sleep(LOOK_EVERY_MS)
      run.recovery.note(name, 'delivered', what, Date.now() - since, mostMs)
    }),
  )
}

async function look({ fences }: StackRun): Promise<Deliveries[]> {
  return (await fences.query<Deliveries>(DELIVERIES)).rows
}

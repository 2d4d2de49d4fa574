import { answersOk } from '@laurel/dev-stack'
import { count, settled, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { SCHEMAS, SERVICES, type ServiceName } from '../stage/whole-stack'
import { compareColumns, readColumns } from './columns'

/** A shorter run does both at once alone. */
const EACH_ALONE_FROM_SECONDS = 10

/** Everything is applied again from the first record on, and the detector's schema is made anew from the topics. */
export const replay = stackProof({
  name: 'replay',
  summary: "every fence reset to the first record; completion's schema emptied and rebuilt: no new outcomes, the listed columns equal",
  seconds: 20,
  async strikeAtRest(run) {
    const before = await readColumns(run.fences)
    const records = outcomesOf(run)
    const again = async (what: string) => {
      count(run, what)
      await settled(run)
      compareColumns(before, await readColumns(run.fences), what, run.findings)
    }
    if (run.seconds >= EACH_ALONE_FROM_SECONDS) {
      await resetFences(run, SERVICES)
      await again('fences of every service reset')
      await emptyCompletion(run)
      await again("completion's schema emptied")
    }
    await resetFences(
      run,
      SERVICES.filter((name) => name !== 'completion-detection'),
    )
    await emptyCompletion(run)
    await again('both at once')
    run.figures['outcomes told again with the same id'] = outcomesOf(run) - records
  },
})

/** Records of course.completed and credential.issued so far. Distinct ones are compared with the model as always. */
function outcomesOf({ load }: StackRun): number {
  const { completions, credentials } = load.watch.seen
  return [...completions.values(), ...credentials.values()].reduce((sum, { records }) => sum + records, 0)
}

/** As an operator does it; the services find the fences when they start. */
async function resetFences({ stack, fences, load }: StackRun, services: readonly ServiceName[]): Promise<void> {
  for (const name of services) {
    const { rows } = await fences.query<{ topic: string }>(`select distinct topic from ${SCHEMAS[name]}.consumer_fence`)
    for (const { topic } of rows) {
      for (const { partition, low } of await load.admin.fetchTopicOffsets(topic)) {
        const values = [`laurel.${name}`, topic, partition, low]
        await fences.query(
          `update ${SCHEMAS[name]}.consumer_fence set next_offset = $4 where group_id = $1 and topic = $2 and partition = $3`,
          values,
        )
      }
    }
  }
  for (const name of services) stack.kill(name, 'SIGKILL')
}

/** Every table but the migrations', while the service cannot do anything; then it is started. */
async function emptyCompletion({ stack, fences, sleep }: StackRun): Promise<void> {
  while (!(await answersOk(`${stack.state.services['completion-detection']!.url}/readyz`))) await sleep(100)
  stack.kill('completion-detection', 'SIGSTOP')
  await fences.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'completion'`)
  const { rows } = await fences.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'completion' and tablename <> 'migration'`,
  )
  await fences.query(`truncate ${rows.map(({ name }) => name).join(', ')}`)
  stack.kill('completion-detection', 'SIGKILL')
}

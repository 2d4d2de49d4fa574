import { answersOk, databaseRole } from '@laurel/dev-stack'
import { settled } from '../check/settle'
import { count, stackProof, type StackRun } from '../stack-proof/stack-proof'
import { SCHEMAS, SERVICES, type ServiceName } from '../stage/whole-stack'
import { compareColumns, readColumns, type Columns, type Told } from './columns'
import { checkRevisions, readOutcomes } from './outcomes'
import { SchemaCopy } from './schema-copy'

/** A shorter run does both at once alone. */
const EACH_ALONE_FROM_SECONDS = 10
/** Lines of the load that are sent at least before and after the copies are made. */
const LINES_AROUND_COPY = 200

/** Whose databases come back as they were, their jobs with them. */
const FOLLOWERS = ['completion-detection', 'credential', 'analytics-distribution', 'hr-report'] as const
/** Whose schemas are made anew from the topics: those that read back what they have announced. */
const EMPTIED = ['completion-detection', 'credential'] as const
const copies = new WeakMap<StackRun, SchemaCopy>()

/** Everything is applied again from the first record on, schemas are made anew from the topics, and old databases come back. */
export const replay = stackProof({
  name: 'replay',
  summary:
    'every fence reset to the first record; schemas of completion-detection and credential emptied and rebuilt; databases of the first half put back, of progress but for what came by REST: no new outcomes, the listed columns equal',
  seconds: 20,
  async strike(run) {
    const { load, seconds, sleep, isOver } = run
    if (seconds < EACH_ALONE_FROM_SECONDS) return
    await sleep(seconds * 500)
    while (load.lines < LINES_AROUND_COPY) await sleep(50)
    copies.set(run, await SchemaCopy.take(run.stack.adminUrl, schemasOf(SERVICES)))
    const atCopy = load.lines
    while (!isOver() || load.lines < atCopy + LINES_AROUND_COPY) await sleep(50)
  },
  async strikeAtRest(run) {
    const records = outcomesOf(run)
    if (run.seconds >= EACH_ALONE_FROM_SECONDS) {
      // What came by REST after the copy is in no topic: those learners are taken as brought back from the archive of Postgres' log.
      await restore(run, 'database of progress of the first half put back', ['progress'], learnersByRest(run))
      run.figures['revisions told again'] = await checkRevisions(run.load.kafka, run.findings)
      await restore(run, 'databases of the first half put back', FOLLOWERS)
    }
    const before = await look(run, 'once')
    const again = async (what: string) => {
      count(run, what)
      await settled(run)
      compareColumns(before, await look(run, 'once'), what, run.findings)
    }
    if (run.seconds >= EACH_ALONE_FROM_SECONDS) {
      await resetFences(run, SERVICES)
      await again('fences of every service reset')
      await empty(run, EMPTIED)
      await again('schemas emptied')
    }
    await resetFences(
      run,
      SERVICES.filter((name) => !(EMPTIED as readonly ServiceName[]).includes(name)),
    )
    await empty(run, EMPTIED)
    await again('both at once')
    run.figures['outcomes told again with the same id'] = outcomesOf(run) - records
  },
})

/** Old databases come back, while Kafka, the other services and the outside systems are further; who comes back may tell outside systems again. */
async function restore(run: StackRun, what: string, services: readonly ServiceName[], staying: readonly string[] = []): Promise<void> {
  const before = await look(run, 'perhaps again')
  await whileAway(run, services, () => copies.get(run)!.putBack(schemasOf(services), staying))
  count(run, what)
  await settled(run)
  compareColumns(before, await look(run, 'perhaps again'), what, run.findings)
}

function schemasOf(services: readonly ServiceName[]): string[] {
  return services.flatMap((name) => [SCHEMAS[name], `${SCHEMAS[name]}_jobs`])
}

function learnersByRest({ load }: StackRun): string[] {
  const { userIds, routeOf } = load.cohorts.all
  return [...userIds].filter((userId) => routeOf(userId) === 'rest')
}

/** What must not change: the listed columns, and what was announced. */
async function look({ fences, load }: StackRun, told: Told): Promise<Columns> {
  return new Map([...(await readColumns(fences, told)), ...(await readOutcomes(load.kafka))])
}

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

/** Every table but the migrations'; jobs stay. */
function empty(run: StackRun, services: readonly ServiceName[]): Promise<void> {
  return whileAway(run, services, async () => {
    const { rows } = await run.fences.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any($1) and tablename <> 'migration'`,
      [services.map((name) => SCHEMAS[name])],
    )
    await run.fences.query(`truncate ${rows.map(({ name }) => name).join(', ')}`)
  })
}

/** Changes data while their services cannot do anything; then these are started. */
async function whileAway({ stack, fences, sleep }: StackRun, services: readonly ServiceName[], change: () => Promise<void>): Promise<void> {
  for (const name of services) while (!(await answersOk(`${stack.state.services[name]!.url}/readyz`))) await sleep(100)
  for (const name of services) stack.kill(name, 'SIGSTOP')
  const roles = services.map(databaseRole).flatMap(({ schema, runtimeRoles }) => [schema, ...runtimeRoles])
  await fences.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = any($1)', [roles])
  await change()
  for (const name of services) stack.kill(name, 'SIGKILL')
}

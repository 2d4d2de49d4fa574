import { transaction } from '@laurel/postgres'
import { Deliveries, type PlatformLearner } from '../use-cases/deliveries.fixture'
import { eraseLearners } from './erase-learners'

/** Real: Postgres, the once-only door and the learners. */
const deliveries = new Deliveries()
beforeAll(() => deliveries.start())
afterAll(() => deliveries.database.drop())

const erase = ({ userId }: PlatformLearner) => transaction(deliveries.database.dataSource, (tx) => eraseLearners(tx, new Set([userId])))

/** Every row of the schema, as text. */
async function everything(): Promise<string> {
  const { dataSource } = deliveries.database
  const tables = await dataSource.query<{ name: string }[]>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'",
  )
  const rows = await Promise.all(
    tables.map(({ name }) => dataSource.query<{ row: string }[]>(`select row_to_json(t)::text as row from ${name} t`)),
  )
  const bodies = await dataSource.query<{ body: string }[]>(
    "select convert_from(body, 'utf8') as body from webhook_delivery where body is not null",
  )
  return JSON.stringify([rows, bodies]).toLowerCase()
}

async function completed(): Promise<PlatformLearner> {
  const learner = await deliveries.findable()
  await deliveries.deliver('thinkific', learner.body())
  await deliveries.process()
  return learner
}

it('leaves nothing that says who the learner is, and the completion as it was', async () => {
  const [gone, other] = [await completed(), await completed()]
  const names = ({ said }: PlatformLearner) => [said.email, said.learnerId].map((name) => name.toLowerCase())
  const before = await everything()
  for (const name of [...names(gone), ...names(other)]) expect(before).toContain(name)

  expect(await erase(gone)).toEqual({ learners: 1, webhook_bodies: 1 })
  const after = await everything()
  for (const name of names(gone)) expect(after).not.toContain(name)
  for (const name of names(other)) expect(after).toContain(name)
  expect(await gone.completions()).toHaveLength(1)

  await deliveries.deliver('thinkific', gone.body())
  await deliveries.process()
  expect(await gone.completions()).toHaveLength(1)
})

it('finds nothing the second time', async () => {
  const learner = await completed()
  await erase(learner)
  expect(await erase(learner)).toEqual({ learners: 0, webhook_bodies: 0 })
})

import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { progressDatabase } from '../progress.module'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
})
afterAll(() => database.drop())

it('is what the entities say', async () => {
  const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log()
  expect(upQueries.map(({ query }) => query)).toEqual([])
})

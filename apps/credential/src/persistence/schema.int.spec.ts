import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { credentialDatabase } from '../credential.module'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(credentialDatabase)
})
afterAll(() => database.drop())

it('is what the entities say', async () => {
  const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log()
  expect(upQueries.map(({ query }) => query)).toEqual([])
})

import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Arena } from './arena'
import { built } from './built'
import { playCase } from './case'
import { playCases } from './interleave'

/** Real: Postgres, and completion-detection’s own consumers, door and relay. Kafka and time are stood in for. */
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(built.database())
})
afterAll(() => database.drop())

const play = (seed: number, cases: number) =>
  playCases(database, { seed, cases, say: (line) => void lines.push(line), signal: new AbortController().signal })
const lines: string[] = []

/** Among its cases are some that go wrong without each of the ledger’s guards. */
const SEED = 100

it('completes each satisfied cycle once and keeps all evidence, whatever the order of the statements', async () => {
  const { findings, figures } = await play(SEED, 120)
  expect({ examples: findings.examples, lines }).toEqual({ examples: [], lines: [] })
  expect(figures!['statements scheduled']).toBeGreaterThan(2_000)
}, 120_000)

it('gives the same turns for the same seed, and others for another', async () => {
  const arena = await Arena.open(database)
  try {
    const turns = async (seed: number) => (await playCase(arena, seed)).turns
    for (const seed of [3, 8, 21]) expect(await turns(seed)).toEqual(await turns(seed))
    expect(await turns(3)).not.toEqual(await turns(8))
  } finally {
    await arena.close()
  }
})

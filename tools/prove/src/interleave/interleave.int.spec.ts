import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Arena } from './arena'
import { built } from './built'
import { playCase } from './case'
import { playCases } from './interleave'

/** Real: Postgres, and completion-detection’s own consumers, door and relay. Kafka and time are stood in for. */
const databases: TestDatabase[] = []
beforeAll(async () => {
  for (let n = 0; n < 3; n++) databases.push(await createTestDatabase(built.database()))
})
afterAll(() => Promise.all(databases.map((database) => database.drop())))

const play = (seed: number, cases: number) =>
  playCases(databases, { seed, cases, say: (line) => void lines.push(line), signal: new AbortController().signal })
const lines: string[] = []

/** Among its cases are some that go wrong without each of the ledger’s guards. */
const SEED = 100

it('completes each satisfied cycle once and keeps all evidence, whatever the order of the statements', async () => {
  const { findings, figures } = await play(SEED, 120)
  expect({ examples: findings.examples, lines }).toEqual({ examples: [], lines: [] })
  expect(figures!['statements scheduled']).toBeGreaterThan(2_000)
}, 120_000)

/** In most of these, several sessions wait that one commit lets go on at once: a server that is let do so has them race. */
const RACING = [3, 6, 8, 21, 45, 47, 53, 54, 58, 60, 67, 72, 75, 77, 90]

it('gives the same turns for the same seed, whatever was played before, and others for another', async () => {
  const arenas = await Promise.all(databases.slice(0, 2).map((database) => Arena.open(database)))
  try {
    // Processes of a server elsewhere cannot be frozen.
    if (!arenas.every(({ isExact }) => isExact)) return
    const turnsOf = async (arena: Arena, seeds: readonly number[]) => {
      const turns = new Map<number, string>()
      for (const seed of seeds) turns.set(seed, (await playCase(arena, seed)).turns.join('\n'))
      return turns
    }
    const [forth, back] = await Promise.all([turnsOf(arenas[0]!, RACING), turnsOf(arenas[1]!, RACING.toReversed())])
    for (const seed of RACING) expect(back.get(seed)).toBe(forth.get(seed))
    expect(new Set(forth.values()).size).toBe(RACING.length)
  } finally {
    for (const arena of arenas) await arena.close()
  }
}, 60_000)

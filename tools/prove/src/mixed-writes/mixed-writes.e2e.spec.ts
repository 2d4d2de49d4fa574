import { LaurelCommand } from '@laurel/e2e'

const MINUTE = 60_000

/** The command as a person runs it: Kafka, Postgres and two replicas of progress are real, and are really killed. */
describe('npm run prove -- mixed-writes', () => {
  let command: LaurelCommand
  beforeAll(() => {
    command = new LaurelCommand('prove', 'mixed-writes', '--writes', '3000', '--seed', '5', '--json')
  })
  afterAll(() => command.remove(), MINUTE)

  it(
    'finds every acknowledged write, once, after crashes of service and database',
    async () => {
      const output = await command.success()
      const verdict: unknown = JSON.parse(output.trim().split('\n').at(-1)!)
      expect(verdict).toEqual({
        name: 'mixed-writes',
        seed: 5,
        faults: 6,
        acknowledged: expect.any(Number),
        lost: 0,
        doubled: 0,
        wrong: 0,
        recovery_ms: expect.any(Number),
        ok: true,
      })
    },
    8 * MINUTE,
  )
})

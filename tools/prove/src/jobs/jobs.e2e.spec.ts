import { LaurelCommand } from '@laurel/e2e'

const MINUTE = 60_000

/** Real: Postgres, and the worker processes that are killed. */
it(
  'npm run prove -- jobs: none stuck, none doubled, high ones start in time',
  async () => {
    const command = new LaurelCommand('prove', 'jobs', '--seconds', '8', '--seed', '11', '--json')
    try {
      const verdict = (await command.success()).split('\n').findLast((line) => line.startsWith('{')) ?? '{}'
      expect(JSON.parse(verdict)).toMatchObject({ name: 'jobs', seed: 11, lost: 0, doubled: 0, wrong: 0, ok: true })
    } finally {
      await command.remove()
    }
  },
  5 * MINUTE,
)

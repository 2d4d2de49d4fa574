import { LaurelCommand } from '@laurel/e2e'

const MINUTE = 60_000

/** The command as a person runs it: everything is real. */
describe('npm run prove -- intruders', () => {
  let command: LaurelCommand
  beforeAll(() => {
    command = new LaurelCommand('prove', 'intruders', '--json')
  })
  afterAll(() => command.remove(), MINUTE)

  it(
    'is refused everywhere, and counted',
    async () => {
      const output = await command.success()
      expect(JSON.parse(output.trim().split('\n').at(-1)!)).toMatchObject({
        name: 'intruders',
        lost: 0,
        doubled: 0,
        wrong: 0,
        ok: true,
      })
      expect(output).toMatch(/requests refused +\d{3}/)
      expect(output).toMatch(/Kafka principal without ACL +not applicable: /)
    },
    5 * MINUTE,
  )
})

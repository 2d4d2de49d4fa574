import { LaurelCommand } from '@laurel/e2e'

const MINUTE = 60_000
/** The others need minutes, or judge a rate, which a busy machine cannot: they run by command. */
const PROOFS = ['kill-services', 'postgres-crash', 'unknown-commit', 'poison', 'replay', 'relay']

/** The command as a person runs it, each proof for a few seconds, one after another on one stack. */
describe('npm run prove, on the whole stack', () => {
  let command: LaurelCommand
  const verdicts = new Map<string, Record<string, unknown>>()
  beforeAll(async () => {
    command = new LaurelCommand('prove', ...PROOFS, '--seconds', '1', '--seed', '11', '--json')
    await command.exit()
    for (const line of command.output.split('\n').filter((line) => line.startsWith('{'))) {
      const verdict = JSON.parse(line) as Record<string, unknown>
      verdicts.set(String(verdict['name']), verdict)
    }
  }, 8 * MINUTE)
  afterAll(() => command.remove(), MINUTE)

  it.each(PROOFS)('%s: nothing lost, doubled or wrong', (name) => {
    const verdict = verdicts.get(name)
    if (verdict?.['ok'] !== true) throw new Error(command.output)
    expect(verdict).toMatchObject({ seed: 11, lost: 0, doubled: 0, wrong: 0, recovery_ms: expect.any(Number) })
    expect(verdict['faults']).toBeGreaterThan(0)
    expect(verdict['acknowledged']).toBeGreaterThan(500)
  })
})

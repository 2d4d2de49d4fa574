import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LaurelCommand } from './laurel-command'

const MINUTE = 60_000

describe('a generated cohort', () => {
  const commands: LaurelCommand[] = []
  const input = mkdtempSync(join(tmpdir(), 'laurel-cohort-'))
  const laurel = (...args: string[]) => {
    const command = new LaurelCommand(...args)
    commands.push(command)
    return command
  }
  afterAll(async () => {
    await Promise.all(commands.map((command) => command.remove()))
    rmSync(input, { recursive: true, force: true })
  }, MINUTE)

  it(
    'is written, and arrives exactly once',
    async () => {
      await laurel('start', '--generate', input, '--learners', '40', '--seed', '7').success()
      expect(readdirSync(input).toSorted()).toEqual(['course-versions.json', 'enrollments.csv', 'events.jsonl'])

      const demo = laurel('start', '--once', '--fresh', '--input', input)
      await demo.success()
      const { learners, completions } = demo.read<{ learners: number; completions: { expected: number; found: number } }>('demo.json')
      expect(learners).toBe(40)
      expect(completions.expected).toBeGreaterThan(0)
      expect(completions.found).toBe(completions.expected)
    },
    6 * MINUTE,
  )
})

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { README_FILE, RESULTS_FILE } from './paths'

interface Outcome {
  readonly name: string
  readonly figures: Readonly<Record<string, unknown>>
  readonly bars: readonly { readonly what: string; readonly value: number | null; readonly ok: boolean }[]
}

const SMALL = [
  '--rows',
  '20000',
  '--events',
  '2000',
  '--seconds',
  '1',
  '--rounds',
  '1',
  '--rate',
  '200',
  '--event-rate',
  '200',
  '--connections',
  '16',
]

const recorded = () => [RESULTS_FILE, README_FILE].map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : null))

/** Real: the command, with its own Kafka and Postgres and every process that it measures. What it measures is not judged here. */
it('measures ways into progress and to completions, loses and doubles nothing and leaves the rows that it should', async () => {
  const before = recorded()
  const outcomes = await new Promise<Outcome[]>((resolve, reject) => {
    const args = [join(__dirname, '..', 'dist', 'main.js'), 'bench', '--json', ...SMALL]
    // 1 says that a bar was missed, as bars are at this size.
    execFile(process.execPath, args, (error, stdout, stderr) => {
      if (error && error.code !== 1) return reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
      resolve(lines.map((line) => JSON.parse(line) as Outcome))
    })
  })
  // What was measured at another size than the usual one is not recorded unless asked for.
  expect(recorded()).toEqual(before)
  expect(outcomes.map(({ name }) => name)).toEqual(['http', 'ingest', 'fold', 'pipeline'])
  const held = (what: RegExp) =>
    outcomes
      .flatMap(({ bars }) => bars)
      .filter((bar) => what.test(bar.what))
      .map(({ ok }) => ok)
  expect(held(/lost/)).toEqual([true])
  expect(held(/rows differ|lesson.completed too many or too few/)).toEqual([true, true])
  expect(held(/ledgers that differ|evidence too many|missing, doubled or wrong/)).toEqual([true, true, true, true, true])
}, 300_000)

import { withFigures } from './figures-page'
import { recordedOfSome } from './recorded.fixture'

const PAGE = 'before\n<!-- bench: written by `npm run bench` -->\nold\n<!-- /bench -->\nafter\n'
const MACHINE = 'On 2 × Some CPU, 24 GB, with Node 24.21.0, Postgres 18.4, Kafka 4.3.1, pg 8.23.1, kafkajs 2.2.4, TypeORM 1.1.1:'

const fold = recordedOfSome()

it('shows what was measured, beside its bars, with CPU by process and the command that repeats it', () => {
  expect(withFigures(PAGE, { fold })).toBe(
    `before
<!-- bench: written by \`npm run bench\` -->

${MACHINE}

**fold**: deciding completions. Repeat it with \`npm run bench -- fold --rows 20000 --seconds 1 --events 2000\` (these: 2026-01-02, commit abcdef012345).

|  | per second | CPU µs each, service | CPU µs each, client | CPU µs each, postgres |
| --- | ---: | ---: | ---: | ---: |
| fold | 34,126 | – | 9.8 | 1,220 |
| elsewhere | – | – | – | 3.0 |

|  | measured | bar |  |
| --- | ---: | ---: | ---: |
| to COPY | 0.5123 × | ≥ 1.3 | **missed** |
| p99 at 500/s, ms | – | ≤ 100 | **missed** |
| growth | 1.07 × | ≤ 1.15 | held |
| lost | 0 | ≤ 0 | held |

- COPY decides nothing.

<!-- /bench -->
after
`,
  )
})

it('says the machine once, and again where it is another', () => {
  const elsewhere = { ...fold, machine: { ...fold.machine, cores: 64 } }
  const lines = withFigures(PAGE, { http: fold, ingest: fold, fold: elsewhere }).split('\n')
  expect(lines.filter((line) => line.startsWith('On '))).toEqual([MACHINE, MACHINE.replace('2 ×', '64 ×')])
})

it('refuses a page without the markers', () => {
  expect(() => withFigures('nothing', { fold })).toThrow('README.md must have a block')
})

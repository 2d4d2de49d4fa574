import { withBlock } from '@laurel/dev-stack'
import { commandOf } from '../arguments'
import { number } from '../frame/print'
import { recordedOptions, type Figure, type Recorded, type Results } from './results'

const BLOCK = { page: 'README.md', begin: '<!-- bench: written by `npm run bench` -->', end: '<!-- /bench -->' }
const PROCESSES = ['service', 'client', 'postgres', 'kafka', 'generator']

/**
 * The page with the figures between its markers.
 *
 * @throws Error when it has no such markers
 */
export function withFigures(page: string, results: Results): string {
  return withBlock(page, BLOCK, markdownOf(results))
}

function markdownOf(results: Results): string {
  let machine = ''
  const parts = Object.entries(results).flatMap(([name, recorded]) => {
    const before = machine
    machine = machineLine(recorded)
    return [...(machine === before ? [] : [machine]), ...benchParts(name, recorded)]
  })
  return parts.join('\n\n')
}

function machineLine({ machine, versions }: Recorded): string {
  const { node, postgres, kafka, pg, kafkajs, typeorm } = versions
  return `On ${machine.cores} × ${machine.cpu}, ${machine.memory_gb} GB, with Node ${node}, Postgres ${postgres}, Kafka ${kafka}, pg ${pg}, kafkajs ${kafkajs}, TypeORM ${typeorm}:`
}

function benchParts(name: string, recorded: Recorded): string[] {
  const { summary, date, commit, notes } = recorded
  return [
    `**${name}**: ${summary}. Repeat it with \`${commandOf(name, recordedOptions(recorded))}\` (these: ${date.slice(0, 10)}, commit ${commit}).`,
    sidesTable(recorded),
    markdownTable(['', 'measured', 'bar', ''], recorded.figures.map(figureRow)),
    notes.map((note) => `- ${note}`).join('\n'),
  ].filter((part) => part !== '')
}

function sidesTable({ sides }: Recorded): string {
  const measured = PROCESSES.filter((process) => sides.some(({ cpu_micros }) => process in cpu_micros))
  const micros = (value: number | null | undefined) =>
    typeof value === 'number' ? (value < 100 ? value.toFixed(1) : number(Math.round(value))) : '–'
  return markdownTable(
    ['', 'per second', ...measured.map((process) => `CPU µs each, ${process}`)],
    sides.map(({ title, per_second, cpu_micros }) => [
      title,
      number(Math.round(per_second ?? NaN)),
      ...measured.map((process) => micros(cpu_micros[process])),
    ]),
  )
}

function figureRow(figure: Figure): string[] {
  const value = figure.value ?? NaN
  const [limit, holds] =
    'at_least' in figure
      ? [`≥ ${number(figure.at_least)}`, value >= figure.at_least]
      : [`≤ ${number(figure.at_most)}`, value <= figure.at_most]
  return [figure.what, `${number(value)}${figure.unit === 'ratio' ? ' ×' : ''}`, limit, holds ? 'held' : '**missed**']
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

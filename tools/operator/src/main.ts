import { parseArguments, type OperatorCommand } from './arguments'
import { readTarget, type Target } from './config'
import { listDeadLetters, operatorKafka, originOf, replay } from './dead-letters'
import { changeFences, showFences, withService, type FenceLine } from './fences'
import { Refusal } from './refusal'
import { table } from './table'

const FENCE_COLUMNS = ['service', 'topic', 'partition', 'next', 'low', 'high', 'updated_at'] as const

async function run(command: OperatorCommand): Promise<string> {
  const target = readTarget(command.service)
  const kafka = operatorKafka(target.brokers)
  const services = command.service === undefined ? Object.keys(target.databases) : [command.service]
  switch (command.kind) {
    case 'list-dead-letters': {
      const lines = await listDeadLetters(kafka, services, command.reason)
      if (command.json) return JSON.stringify(lines)
      return lines.length === 0 ? 'No dead letters.' : table(lines, ['at', 'service', 'where', 'type', 'reason'])
    }
    case 'replay-dead-letters': {
      const { replayed, skipped } = await replay(kafka, command.service, command)
      const left = skipped.map(({ letter, reason }) => ({ where: originOf(letter), reason }))
      if (command.json) return JSON.stringify({ replayed, skipped: left })
      return [
        `${replayed} replayed to ${command.service}, ${left.length} skipped`,
        ...left.map((line) => `  ${line.where}: ${line.reason}`),
      ].join('\n')
    }
    case 'show-fences': {
      const lines: FenceLine[] = []
      for (const service of services) {
        lines.push(
          ...(await withService(kafka, databaseOf(target, service), (dataSource, admin) => showFences(service, dataSource, admin))),
        )
      }
      return command.json ? JSON.stringify(lines) : table(lines, FENCE_COLUMNS)
    }
    case 'set-fence': {
      const lines = await withService(kafka, databaseOf(target, command.service), (dataSource, admin) =>
        changeFences(command, dataSource, admin),
      )
      return command.json ? JSON.stringify(lines) : table(lines, FENCE_COLUMNS)
    }
    default:
      return command satisfies never
  }
}

function databaseOf(target: Target, service: string): string {
  const url = target.databases[service]
  if (url === undefined) throw new Refusal(`no database of ${service} is known; known are ${Object.keys(target.databases).join(', ')}`)
  return url
}

async function main(): Promise<void> {
  try {
    process.stdout.write(`${await run(parseArguments(process.argv.slice(2)))}\n`)
  } catch (error) {
    const refused = error instanceof Refusal
    process.stderr.write(`${refused ? error.message : ((error as Error).stack ?? String(error))}\n`)
    process.exitCode = refused ? 2 : 1
  }
}

void main()

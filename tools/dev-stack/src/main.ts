import { parseArguments, USAGE, UsageError, type Command } from './arguments'
import { readConfig } from './config'
import { generate } from './demo/generate/generate'
import { StartFailure } from './failure'
import { Progress } from './progress'
import { runStack } from './run-stack'
import { runTests } from './test-run/run-tests'
import { listenForStop } from './until-stopped'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function run(command: Command): Promise<number> {
  const progress = new Progress(say, readConfig().colour)
  switch (command.kind) {
    case 'help':
      say(USAGE)
      return 0
    case 'generate':
      await generate(command)
      say(`Wrote ${command.learners} learners to ${command.dir}. Run them: npm start -- --input ${command.dir}`)
      return 0
    case 'start':
    case 'stack':
      return runStack(command, { progress, say, stop: listenForStop() })
    case 'check':
    case 'test':
      return runTests(command, { progress, say, stop: listenForStop() })
    default:
      return command satisfies never
  }
}

async function main(): Promise<number> {
  try {
    return await run(parseArguments(process.argv.slice(2)))
  } catch (error) {
    if (error instanceof UsageError) say(`${error.message}\n\n${USAGE}`)
    else if (error instanceof StartFailure) say(`\n${error.message}`)
    else say(`\n${(error as Error).stack ?? String(error)}`)
    return error instanceof UsageError ? 2 : 1
  }
}

// A reader that went away (a closed terminal, `| head`) must not end this process before its children.
process.stdout.on('error', () => undefined)

void main().then((code) => process.exit(code))

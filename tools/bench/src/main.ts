import { Progress, startInfra, StartFailure } from '@laurel/dev-stack'
import { parseArguments, usage, UsageError, type Command } from './arguments'
import { BENCHES } from './benches'
import { forgetGivenServers, wantsColour } from './config'
import { BenchFailure } from './failure'
import type { Bench } from './frame/bench'
import { Closing, closeOnSignals } from './frame/closing'
import { Databases } from './frame/databases'
import { describeMachine, machineText } from './frame/machine'
import { outcomeLine, outcomeText } from './frame/print'
import { BENCH_DIRECTORY } from './paths'
import { ensureSeeded } from './seed/seed'
import { World } from './seed/world'

/** A quarter of the machine's memory is what Postgres' documentation advises for a server of its own; the measured tables fit. */
const SERVER = { shared_buffers: '4GB', max_wal_size: '8GB' }

const NAMES = BENCHES.map(({ name }) => name)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const closing = new Closing()
const stopped = new AbortController()

/** The servers and the seeded tables. */
async function prepare({ options, fresh }: Extract<Command, { kind: 'bench' }>, progress: Progress): Promise<Bench> {
  forgetGivenServers()
  const infra = await startInfra({
    dir: BENCH_DIRECTORY,
    fresh,
    ports: 'ephemeral',
    postgresSettings: SERVER,
    progress,
    signal: stopped.signal,
  })
  closing.add(() => infra.stop())
  const databases = new Databases(infra.postgres.url)
  const world = new World(options.rows, options.seed)
  await ensureSeeded({ databases, world, brokers: infra.kafka.brokers, progress, closing })
  return { options, infra, databases, world, progress, closing }
}

/** Returns the exit code: 0 when every bar is held. */
async function run(command: Command): Promise<number> {
  if (command.kind === 'help') {
    say(usage(NAMES))
    return 0
  }
  const bench = await prepare(command, new Progress(say, wantsColour()))
  const machine = await describeMachine(bench.databases)
  say(`\n${machineText(machine)}\n`)
  const lines: string[] = []
  let held = true
  for (const { name, run: measure } of BENCHES.filter((one) => command.name === null || one.name === command.name)) {
    const found = await measure(bench)
    const outcome = { ...found, figures: { ...found.figures, options: command.options, machine } }
    say(`\n${name}\n\n${outcomeText(outcome)}\n`)
    lines.push(outcomeLine(name, outcome))
    held &&= outcome.bars.every((bar) => bar.ok)
  }
  await closing.run()
  if (command.json) lines.forEach(say)
  return held ? 0 : 1
}

async function main(): Promise<number> {
  try {
    return await run(parseArguments(process.argv.slice(2), NAMES))
  } catch (error) {
    // What fails while everything is being stopped fails for that reason.
    if (stopped.signal.aborted) return new Promise(() => undefined)
    const known = error instanceof UsageError || error instanceof StartFailure || error instanceof BenchFailure
    say(`\n${known ? error.message : ((error as Error).stack ?? String(error))}`)
    if (error instanceof UsageError) say(`\n${usage(NAMES)}`)
    await closing.run()
    return error instanceof UsageError ? 2 : 1
  }
}

// A reader that went away (a closed terminal, `| head`) must not end this process before its children.
process.stdout.on('error', () => undefined)
closeOnSignals(closing, () => stopped.abort())

void main().then((code) => process.exit(code))

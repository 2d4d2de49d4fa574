import { Progress, startInfra, StartFailure } from '@laurel/dev-stack'
import { allocateYoung } from '@laurel/service-shell'
import { parseArguments, usage, UsageError, type BenchOptions, type Command } from './arguments'
import { BENCHES } from './benches'
import { forgetGivenServers, wantsColour } from './config'
import { BenchFailure } from './failure'
import type { Bench, NamedBench } from './frame/bench'
import { Closing, closeOnSignals } from './frame/closing'
import { Databases } from './frame/databases'
import { describeMachine, machineText, type Machine } from './frame/machine'
import type { Bar, Outcome } from './frame/outcome'
import { outcomeLine, outcomeText, tableText } from './frame/print'
import { BENCH_DIRECTORY } from './paths'
import { betterOf, compare, differences, gateTable, isDoubtful, isPassed } from './record/gate'
import { checkKeepable, keep, recordedOf } from './record/keep'
import { originOf } from './record/origin'
import { recordedOptions, recordOf, type Recorded } from './record/results'
import { ensureSeeded } from './seed/seed'
import { World } from './seed/world'

type BenchCommand = Extract<Command, { kind: 'bench' }>
type Servers = Omit<Bench, 'options' | 'world'>

/** A quarter of the machine's memory is what Postgres' documentation advises for a server of its own; the measured tables fit. */
const SERVER = { shared_buffers: '4GB', max_wal_size: '8GB' }

const NAMES = BENCHES.map(({ name }) => name)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const closing = new Closing()
const stopped = new AbortController()

/** Of the benchmarks' own. */
async function startServers({ fresh }: BenchCommand, progress: Progress): Promise<Servers> {
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
  return { infra, databases: new Databases(infra.postgres.url), progress, closing }
}

/** With the seeded tables for that size; those of the last size are used again. */
async function prepare(servers: Servers, options: BenchOptions, last: Bench | null): Promise<Bench> {
  const isSame = last?.options.rows === options.rows && last.options.seed === options.seed
  const world = isSame ? last.world : new World(options.rows, options.seed)
  if (!isSame) await ensureSeeded({ ...servers, world, brokers: servers.infra.kafka.brokers })
  return { ...servers, options, world }
}

/** Returns the exit code: 0 when every bar is held, or the gate is passed. */
async function run(command: Command): Promise<number> {
  if (command.kind === 'help') {
    say(usage(NAMES))
    return 0
  }
  const chosen = BENCHES.filter(({ name }) => command.name === null || name === command.name)
  const recorded = command.gate ? recordedOf(chosen.map(({ name }) => name)) : {}
  if (command.write) checkKeepable()
  const servers = await startServers(command, new Progress(say, wantsColour()))
  const machine = await describeMachine(servers.databases)
  say(`\n${machineText(machine)}\n`)
  const lines: string[] = []
  let isGood = true
  let bench: Bench | null = null
  for (const named of chosen) {
    const before = recorded[named.name]
    bench = await prepare(servers, before ? recordedOptions(before) : command.options, bench)
    const { outcome, found } = await measure(named, bench, machine)
    lines.push(outcomeLine(named.name, outcome))
    if (command.write) say(`${keep(NAMES, named.name, found)}\n`)
    const again = () => measure(named, bench!, machine).then((second) => second.outcome.bars)
    isGood = (before ? await passesGate(before, found, outcome.bars, again) : outcome.bars.every((bar) => bar.ok)) && isGood
  }
  await closing.run()
  if (command.json) lines.forEach(say)
  return isGood ? 0 : 1
}

/** Runs one benchmark and shows what it found. */
async function measure({ name, summary, run }: NamedBench, bench: Bench, machine: Machine): Promise<{ outcome: Outcome; found: Recorded }> {
  const { options } = bench
  const found = await run(bench)
  const outcome = { ...found, figures: { ...found.figures, options, machine } }
  say(`\n${name}\n\n${outcomeText(outcome)}\n`)
  return { outcome, found: recordOf(summary, options, originOf(machine, new Date()), outcome) }
}

/** A ratio that fails is measured a second time. */
async function passesGate(
  before: Recorded,
  found: Recorded,
  first: readonly Bar[],
  again: () => Promise<readonly Bar[]>,
): Promise<boolean> {
  const once = compare(before.figures, first)
  if (isDoubtful(once)) say(`${tableText(gateTable(once))}\n\n· measured again: a ratio is worse when it is so twice`)
  const compared = isDoubtful(once) ? compare(before.figures, betterOf(first, await again())) : once
  say(`${[...differences(before, found).map((text) => `· ${text}`), tableText(gateTable(compared))].join('\n\n')}\n`)
  return isPassed(compared)
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
// What is measured in this process, the fold, runs as it does in a service.
allocateYoung()

void main().then((code) => process.exit(code))

import { randomInt } from 'node:crypto'
import { parseArguments, UsageError, type ProveCommand } from './arguments'
import { writeProofPage } from './proof-page'
import { PROOFS } from './proofs'
import { isProven, jsonLine, tableOf, type Verdict } from './report'
import { Lender } from './stage/lender'
import { WholeStack } from './stage/whole-stack'
import { stopSignal } from './stop-signal'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const NAMES = PROOFS.map((proof) => proof.name)

const USAGE = [
  'npm run prove                   every proof',
  'npm run prove -- NAME …         these: exit code 1 when anything is lost, doubled or wrong',
  '             --seed S           repeats the random choices of an earlier run',
  '             --seconds N        how long faults are injected, or the writes are spread',
  '             --writes N         how many writes (mixed-writes)',
  '             --cases N          how many cases (interleave)',
  '             --only NAME        this mutant alone (mutants)',
  '             --json             ends with one line of JSON per proof',
  '             --write            writes what each found into its row of docs/proof.md',
  '',
  ...PROOFS.map(({ name, summary }) => `${name.padEnd(16)} ${summary}`),
].join('\n')

async function main(): Promise<number> {
  // bootstrap.mjs gives its own command first.
  const command = parseArguments(process.argv.slice(3), NAMES)
  if (command.kind === 'help') {
    say(USAGE)
    return 0
  }
  const verdicts = await proveAll(command)
  if (command.json) for (const verdict of verdicts) say(jsonLine(verdict))
  return verdicts.every(isProven) ? 0 : 1
}

/** What was asked for in place of the full size. */
function sizeOf(command: Extract<ProveCommand, { kind: 'prove' }>): string {
  const asked = (['seconds', 'writes', 'cases', 'only'] as const).filter((flag) => command[flag] !== undefined)
  return asked.map((flag) => `--${flag} ${command[flag]}`).join(' ')
}

async function proveAll(command: Extract<ProveCommand, { kind: 'prove' }>): Promise<Verdict[]> {
  const { names, seed = randomInt(2 ** 31) } = command
  const signal = stopSignal()
  const lender = new Lender(WholeStack.start, say)
  const verdicts: Verdict[] = []
  try {
    for (const proof of PROOFS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      say(`\n── ${proof.name}, seed ${seed}`)
      const verdict = { name: proof.name, seed, ...(await proof.run({ ...command, seed, lender, say, signal })) }
      for (const line of tableOf(verdict)) say(line)
      if (command.write) writeProofPage(verdict, { size: sizeOf(command), day: new Date().toISOString().slice(0, 10) }, NAMES)
      verdicts.push(verdict)
    }
    return verdicts
  } finally {
    await lender.close()
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    say(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : `\n${error.stack ?? error.message}`)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)

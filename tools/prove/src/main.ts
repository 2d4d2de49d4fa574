import { randomInt } from 'node:crypto'
import { parseArguments, UsageError } from './arguments'
import type { Proof } from './proof'
import { PROOFS } from './proofs'
import { isProven, jsonLine, tableOf } from './report'
import { stopSignal } from './stop-signal'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const USAGE = [
  'npm run prove                   every proof',
  'npm run prove -- NAME           one: exit code 1 when anything is lost, doubled or wrong',
  '             --seed S           repeats the random choices of an earlier run',
  '             --writes N         how many writes',
  '             --seconds N        spread over so many seconds',
  '             --json             ends with one line of JSON',
  '',
  ...PROOFS.map(({ name, summary }) => `${name.padEnd(16)} ${summary}`),
].join('\n')

async function main(): Promise<number> {
  const names = PROOFS.map((proof) => proof.name)
  // bootstrap.mjs gives its own command first.
  const command = parseArguments(process.argv.slice(3), names)
  if (command.kind === 'help') {
    say(USAGE)
    return 0
  }
  const { name, json, seed = randomInt(2 ** 31), ...amount } = command
  const signal = stopSignal()
  const lines: string[] = []
  let isAllProven = true
  const prove = async (proof: Proof) => {
    say(`\n── ${proof.name}, seed ${seed}`)
    const verdict = { name: proof.name, seed, ...(await proof.run({ ...amount, seed, say, signal })) }
    for (const line of tableOf(verdict)) say(line)
    lines.push(jsonLine(verdict))
    isAllProven &&= isProven(verdict)
  }
  for (const proof of PROOFS) if (name === undefined || name === proof.name) await prove(proof)
  if (json) lines.forEach(say)
  return isAllProven ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    say(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : `\n${error.stack ?? error.message}`)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)

import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY, startInfra, type Infra } from '@laurel/dev-stack'
import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { mutated, type Mutant } from './mutant'
import { MUTANTS } from './mutant-list'
import { runSpecs } from './run-specs'
import type { SpecRun } from './spec-run'
import { Workshop } from './workshop'

/** Whether the specs can see: each seeded bug must turn one of the specs red that stand guard over what it breaks. */
export const mutants: Proof = {
  name: 'mutants',
  summary: `${MUTANTS.length} seeded bugs, one by one, each in a copy of the sources; the specs that guard what it breaks must notice`,
  run: (options): Promise<Evidence> => proveMutants(chosen(options.only), options),
}

/** @throws Error when there is no such mutant */
function chosen(only: string | undefined): readonly Mutant[] {
  const some = only === undefined ? MUTANTS : MUTANTS.filter(({ name }) => name === only)
  if (some.length === 0) throw new Error(`there is no mutant "${only}": write one of ${MUTANTS.map(({ name }) => name).join(', ')}`)
  return some
}

type Watcher = Pick<ProofOptions, 'say' | 'signal'>

/**
 * Judges mutants one after another.
 *
 * @throws Error when the text of one is not found once, or when its specs are not green without it
 */
export async function proveMutants(some: readonly Mutant[], o: Watcher): Promise<Evidence> {
  // Before anything is started: a list that has rotted proves nothing.
  for (const mutant of some) mutated(readFileSync(join(REPOSITORY, mutant.file), 'utf8'), mutant)
  const dir = mkdtempSync(join(tmpdir(), 'laurel-mutants-'))
  // Postgres runs as another user when this process is root.
  chmodSync(dir, 0o755)
  let infra: Infra | undefined
  try {
    const workshop = Workshop.build(join(dir, 'copy'))
    if (some.some(({ specs }) => specs.some((spec) => spec.includes('.int.')))) {
      o.say('  starting Kafka and Postgres for the specs')
      infra = await startInfra({ dir: join(dir, 'servers'), fresh: true, ports: 'ephemeral', durable: false, signal: o.signal })
    }
    return await judge(some, workshop, infra, o)
  } finally {
    await infra?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function judge(some: readonly Mutant[], workshop: Workshop, infra: Infra | undefined, { say, signal }: Watcher): Promise<Evidence> {
  const servers: Record<string, string> =
    infra === undefined ? {} : { KAFKA_BROKERS: infra.kafka.brokers.join(','), DATABASE_URL: infra.postgres.url }
  const run = (specs: readonly string[]) => runSpecs({ dir: workshop.dir, specs, servers, signal })
  const specs = [...new Set(some.flatMap((mutant) => mutant.specs))]
  say(`  first without any bug: ${specs.length} spec files`)
  let before = await run(specs)
  if (before.kind === 'red') {
    say(`  once more, for without any bug this failed: ${before.test}`)
    before = await run(specs)
  }
  if (before.kind !== 'green') throw new Error(`the specs are not green without a bug: ${told(before)}`)
  const findings = new Findings()
  for (const [index, mutant] of some.entries()) {
    const began = performance.now()
    const result = await workshop.with(mutant, () => run(mutant.specs))
    if (result.kind === 'broken') throw new Error(`${mutant.name} cannot be judged: ${result.why}`)
    if (result.kind === 'green') findings.add('wrong', `${mutant.name} survived: ${mutant.breaks} (${mutant.specs.join(', ')})`)
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    const place = `${index + 1}/${some.length}`.padStart(6)
    say(`${place}  ${result.kind === 'red' ? 'caught  ' : 'SURVIVED'}  ${mutant.name.padEnd(34)} ${seconds.padStart(5)} s  ${told(result)}`)
  }
  const figures = { caught: some.length - findings.wrong, survived: findings.wrong }
  return { faults: { 'seeded bugs': some.length }, acknowledged: 0, recoveryMs: 0, findings, figures }
}

function told(run: SpecRun): string {
  switch (run.kind) {
    case 'green':
      return ''
    case 'red':
      return run.test
    case 'broken':
      return run.why
    default:
      return run satisfies never
  }
}

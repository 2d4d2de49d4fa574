import { readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { REPOSITORY } from '../paths'
import type { Progress } from '../progress'
import { startTestInfra } from '../test-infra'
import { countJestRun, type Tally } from './jest-report'
import type { RunTool } from './run-tool'

/** One part of `npm test`, counted by itself. */
export interface Stage {
  readonly name: string
  run(o: StageRun): Promise<Tally>
}

export interface StageRun {
  readonly tool: RunTool
  readonly progress: Progress
  /** For reports. */
  readonly scratch: string
  /** A part of the paths of the tests to run; undefined: all. */
  readonly only: string | undefined
  readonly signal: AbortSignal
}

const asOneCheck = (ok: boolean): Tally => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] })

const TSC = 'node_modules/typescript/bin/tsc'
const ESLINT = 'node_modules/eslint/bin/eslint.js'
const PRETTIER = 'node_modules/prettier/bin/prettier.cjs'
const JEST = 'node_modules/jest/bin/jest.js'

const types: Stage = {
  name: 'types',
  async run({ tool }) {
    const built = await tool(TSC, ['-b'])
    const specs = await tool(TSC, ['-p', 'tsconfig.spec.json'])
    return asOneCheck(built === 0 && specs === 0)
  },
}

const lint: Stage = {
  name: 'lint',
  async run({ tool }) {
    const rules = await tool(ESLINT, ['.'])
    const format = await tool(PRETTIER, ['--check', '--log-level=warn', '.'])
    return asOneCheck(rules === 0 && format === 0)
  },
}

const unit: Stage = {
  name: 'unit',
  run: (o) => jest(o, 'unit', [`--maxWorkers=${Math.min(4, availableParallelism())}`]),
}

const integration: Stage = {
  name: 'integration',
  async run(o) {
    const infra = await startTestInfra({ progress: o.progress, signal: o.signal })
    try {
      const servers = { KAFKA_BROKERS: infra.kafka.brokers.join(','), DATABASE_URL: infra.postgres.url }
      return await jest(o, 'int', ['--maxWorkers=2'], servers)
    } finally {
      await infra.stop()
    }
  },
}

const endToEnd: Stage = {
  name: 'end-to-end',
  run: (o) => jest(o, 'e2e', ['--runInBand']),
}

/** `npm run check`: what needs no servers. */
export const CHECK_STAGES: readonly Stage[] = [types, lint, unit]

/** `npm test -- --only`. */
export const TEST_STAGES: readonly Stage[] = [unit, integration, endToEnd]

/** `npm test`. */
export const ALL_STAGES: readonly Stage[] = [types, lint, ...TEST_STAGES]

/** Runs one project of jest.config and counts what it reported. */
async function jest(
  { tool, scratch, only }: StageRun,
  project: string,
  flags: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Tally> {
  const report = join(scratch, `${project}.json`)
  rmSync(report, { force: true })
  // Nest is ESM only: jest's own module loader takes it with this flag alone.
  const environment = { ...variables, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' }
  const chosen = only === undefined ? [] : ['--passWithNoTests', '--testPathPatterns', only]
  const code = await tool(JEST, ['--selectProjects', project, '--json', `--outputFile=${report}`, ...flags, ...chosen], environment)
  return countJestRun(readIfThere(report), code, (path) => relative(REPOSITORY, path))
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

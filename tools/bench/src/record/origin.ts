import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KAFKA_VERSION, REPOSITORY } from '@laurel/dev-stack'
import type { Machine } from '../frame/machine'

const PACKAGES = ['pg', 'kafkajs', 'typeorm'] as const
/** What decides how fast it is. */
const SOURCES = ['apps', 'libs', 'tools', 'deploy', 'package-lock.json']

/** Where figures come from. No names of hosts, people or directories. */
export interface Origin {
  /** RFC 3339, UTC. */
  readonly date: string
  /** Abbreviated, with a `+` when the sources differed from it; `unknown` outside of a checkout. */
  readonly commit: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memory_gb: number }
  readonly versions: Readonly<Record<'node' | 'postgres' | 'kafka' | (typeof PACKAGES)[number], string>>
}

export function originOf(machine: Machine, now: Date): Origin {
  const { cpu, cpus, memory_gb, node, postgres } = machine
  const [pg, kafkajs, typeorm] = PACKAGES.map(installedVersion)
  return {
    date: now.toISOString(),
    commit: commit(),
    machine: { cpu, cores: cpus, memory_gb },
    versions: { node, postgres, kafka: KAFKA_VERSION, pg: pg!, kafkajs: kafkajs!, typeorm: typeorm! },
  }
}

/** Read from the package's own file: importing it would tell the same, and kafkajs is not to be imported here. */
function installedVersion(name: string): string {
  const file = join(REPOSITORY, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function commit(): string {
  try {
    const hash = git('rev-parse', '--short=12', 'HEAD')
    return git('status', '--porcelain', '--', ...SOURCES) === '' ? hash : `${hash}+`
  } catch {
    return 'unknown'
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}

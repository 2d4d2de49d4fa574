import { readEnv, readShellConfig, type ShellConfig } from '@laurel/service-shell'
import { SERVICE } from './service-name'
import type { GatherOptions } from './use-cases/gather-queue'

export interface ProgressConfig extends ShellConfig {
  /** How reported progress is gathered into batches. */
  readonly gather: GatherOptions
}

/** Measured on two cores: longer waits and more writers gained nothing. */
export const DEFAULT_GATHER: GatherOptions = { maxRows: 500, waitMs: 2, writers: 1, maxQueuedRows: 2_000, maxAgeMs: 100 }

/**
 * Everything that progress takes from its environment: beside the shell's, PROGRESS_BATCH_ROWS (500),
 * PROGRESS_BATCH_WAIT_MS (2) and PROGRESS_BATCH_WRITERS (1).
 *
 * @throws ConfigError naming each variable that is wrong
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ProgressConfig {
  const shell = readShellConfig(env, SERVICE, 4301)
  const read = readEnv(env)
  const gather = {
    ...DEFAULT_GATHER,
    maxRows: read.integer('PROGRESS_BATCH_ROWS', { default: DEFAULT_GATHER.maxRows, min: 1, max: 5_000 }),
    waitMs: read.integer('PROGRESS_BATCH_WAIT_MS', { default: DEFAULT_GATHER.waitMs, min: 0, max: 100 }),
    writers: read.integer('PROGRESS_BATCH_WRITERS', { default: DEFAULT_GATHER.writers, min: 1, max: 10 }),
  }
  read.done()
  return { ...shell, gather }
}

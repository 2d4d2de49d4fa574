import { readEnv, readShellConfig, type ShellConfig } from '@laurel/service-shell'
import { SERVICE } from './service-name'

export interface HrReportConfig {
  readonly shell: ShellConfig
  readonly hr: { readonly url: string; readonly token: string }
  /** Pushes at a time in this process. */
  readonly jobConcurrency: number
  /** Attempts after the first that may fail before a job is left to an operator. */
  readonly jobRetryLimit: number
}

/**
 * Everything that hr-report takes from its environment: beside the shell's, HR_URL, HR_TOKEN,
 * JOB_CONCURRENCY (3) and JOB_RETRY_LIMIT (10).
 *
 * @throws ConfigError naming each variable that is wrong
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): HrReportConfig {
  const shell = readShellConfig(env, SERVICE, 4305)
  const read = readEnv(env)
  const config = {
    shell,
    hr: { url: read.url('HR_URL'), token: read.string('HR_TOKEN') },
    jobConcurrency: read.integer('JOB_CONCURRENCY', { default: 3, min: 1, max: 32 }),
    // About a minute of errors now and then; while a system is down for good, its breaker uses up none.
    jobRetryLimit: read.integer('JOB_RETRY_LIMIT', { default: 10, min: 0, max: 100 }),
  }
  read.done()
  return config
}

import { readEnv, readShellConfig, type ShellConfig } from '@laurel/service-shell'
import { SERVICE } from './service-name'

export interface CredentialConfig {
  readonly shell: ShellConfig
  /** False: completions are recorded, and earn nothing. */
  readonly enableCredentials: boolean
  readonly directoryUrl: string
  readonly assessmentUrl: string
  readonly credly: { readonly url: string; readonly organizationId: string; readonly token: string }
  /** Credentials issued at a time in this process. */
  readonly jobConcurrency: number
  /** Attempts after the first that may fail before a job is left to an operator. */
  readonly jobRetryLimit: number
}

/**
 * Everything that credential takes from its environment: beside the shell's, ENABLE_CREDENTIALS (true), DIRECTORY_URL,
 * ASSESSMENT_URL, CREDLY_URL, CREDLY_ORGANIZATION_ID, CREDLY_TOKEN, JOB_CONCURRENCY (3) and JOB_RETRY_LIMIT (10).
 *
 * @throws ConfigError naming each variable that is wrong
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): CredentialConfig {
  const shell = readShellConfig(env, SERVICE, 4303)
  const read = readEnv(env)
  const config = {
    shell,
    enableCredentials: read.boolean('ENABLE_CREDENTIALS', true),
    directoryUrl: read.url('DIRECTORY_URL'),
    assessmentUrl: read.url('ASSESSMENT_URL'),
    credly: { url: read.url('CREDLY_URL'), organizationId: read.string('CREDLY_ORGANIZATION_ID'), token: read.string('CREDLY_TOKEN') },
    jobConcurrency: read.integer('JOB_CONCURRENCY', { default: 3, min: 1, max: 32 }),
    // About a minute of errors now and then; while a system is down for good, its breaker uses up none.
    jobRetryLimit: read.integer('JOB_RETRY_LIMIT', { default: 10, min: 0, max: 100 }),
  }
  read.done()
  return config
}

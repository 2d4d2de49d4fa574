import { readEnv, readShellConfig, type ShellConfig } from '@laurel/service-shell'
import { readCheckerSettings, type CheckerSettings } from './checker/checker-settings'
import { SERVICE } from './service-name'
import { readWebhookSettings, type WebhookSettings } from './webhooks/webhook-settings'

export interface CompletionDetectionConfig {
  readonly shell: ShellConfig
  readonly directoryUrl: string
  readonly webhooks: WebhookSettings
  readonly checker: CheckerSettings
}

/**
 * Everything that completion-detection takes from its environment: beside the shell's, DIRECTORY_URL, and what
 * `readWebhookSettings` and `readCheckerSettings` name.
 *
 * @throws ConfigError naming each variable that is wrong
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): CompletionDetectionConfig {
  const shell = readShellConfig(env, SERVICE, 4302)
  const read = readEnv(env)
  const config = {
    shell,
    directoryUrl: read.url('DIRECTORY_URL'),
    webhooks: readWebhookSettings(read),
    checker: readCheckerSettings(read),
  }
  read.done()
  return config
}

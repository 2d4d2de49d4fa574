import { readShellConfig, type ShellConfig } from '@laurel/service-shell'
import { SERVICE } from './service-name'

/** Everything that completion-detection takes from its environment. @throws ConfigError naming each variable that is wrong. */
export function readConfig(): ShellConfig {
  return readShellConfig(process.env, SERVICE, 4302)
}

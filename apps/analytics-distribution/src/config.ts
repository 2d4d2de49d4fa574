import { readEnv, readShellConfig, type ShellConfig } from '@laurel/service-shell'
import { SERVICE } from './service-name'

export interface AnalyticsDistributionConfig {
  readonly shell: ShellConfig
  /** The learning record store; `url` is the base that `/statements` is appended to. */
  readonly lrs: { readonly url: string; readonly username: string; readonly password: string }
  /** What the identifiers in statements are made of; see `Identifiers`. */
  readonly xapi: { readonly baseIri: string; readonly accountHomePage: string }
}

/**
 * The shell's variables, LRS_URL, LRS_USERNAME, LRS_PASSWORD, XAPI_BASE_IRI and XAPI_ACCOUNT_HOME_PAGE.
 *
 * @throws ConfigError naming every variable that is missing or wrong
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): AnalyticsDistributionConfig {
  const shell = readShellConfig(env, SERVICE, 4304)
  const read = readEnv(env)
  const config = {
    shell,
    lrs: { url: read.url('LRS_URL'), username: read.string('LRS_USERNAME'), password: read.string('LRS_PASSWORD') },
    xapi: {
      baseIri: read.url('XAPI_BASE_IRI', 'https://laurel.example/xapi'),
      accountHomePage: read.url('XAPI_ACCOUNT_HOME_PAGE', 'https://laurel.example'),
    },
  }
  read.done()
  return config
}

export interface SandboxConfig {
  /** Address for HTTP and SMTP. */
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  readonly smtpPort: number
  /** Where the ledgers and the signing keys live; created when missing. */
  readonly dataDir: string
}

/**
 * Reads HOST, PORT, SMTP_PORT and SANDBOX_DATA_DIR.
 *
 * @throws Error with one line per wrong variable, which says what to write instead.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): SandboxConfig {
  const problems: string[] = []
  const port = (name: string, otherwise: number): number => {
    const text = env[name] || String(otherwise)
    const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN
    if (!(value <= 65535)) problems.push(`${name} is "${text}": set it to a port from 0 (any free one) to 65535`)
    return value
  }
  const config = {
    host: env.HOST || '127.0.0.1',
    port: port('PORT', 4390),
    smtpPort: port('SMTP_PORT', 0),
    dataDir: env.SANDBOX_DATA_DIR || '.laurel/sandbox',
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return config
}

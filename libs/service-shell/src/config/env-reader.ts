/** Every wrong variable at once: one line each, that names the variable and says what to give. Holds no values. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration is not complete:', ...problems.map((problem) => `  - ${problem}`)].join('\n'))
    this.name = 'ConfigError'
  }
}

export interface IntegerRule {
  readonly default?: number
  readonly min?: number
  readonly max?: number
}

/**
 * Reads typed values from environment variables. A variable that is empty counts as not set; one that is not set takes
 * the default, or is a problem when there is none. Problems are collected, never thrown: call done() before any value
 * is used, since a wrong variable reads as an empty one until then.
 */
export class EnvReader {
  private readonly problems: string[] = []

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  string(name: string, fallback?: string): string {
    return this.read(name, 'a text', fallback, (text) => text) ?? ''
  }

  /** An absolute URL of one of the protocols (http and https by default), without slashes at its end. */
  url(name: string, fallback?: string, protocols: readonly string[] = ['http', 'https']): string {
    const rule = `a URL that starts with ${protocols.map((p) => `${p}://`).join(' or ')}`
    const value = this.read(name, rule, fallback, (text) => {
      const { protocol, host } = URL.parse(text) ?? { protocol: '', host: '' }
      return host !== '' && protocols.includes(protocol.slice(0, -1)) ? text : undefined
    })
    return (value ?? '').replace(/\/+$/, '')
  }

  integer(name: string, rule: IntegerRule = {}): number {
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = rule
    const value = this.read(name, `a whole number${range(rule)}`, rule.default, (text) => {
      const number = Number(text)
      return /^-?\d+$/.test(text) && number >= min && number <= max ? number : undefined
    })
    return value ?? 0
  }

  boolean(name: string, fallback?: boolean): boolean {
    const values = new Map([
      ['true', true],
      ['false', false],
    ])
    return this.read(name, 'true or false', fallback, (text) => values.get(text)) ?? false
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.read(name, `one of ${allowed.join(', ')}`, fallback, (text) => allowed.find((a) => a === text))
    return value ?? (allowed[0] as T)
  }

  /** Addresses `host:port`, separated by commas. */
  addresses(name: string, fallback?: readonly string[]): string[] {
    const value = this.read(name, 'one or more host:port, separated by commas', fallback, (text) => {
      const parts = text.split(',').map((part) => part.trim())
      return parts.every(isAddress) ? parts : undefined
    })
    return [...(value ?? [])]
  }

  /** Adds a problem that the caller found; name is the variable, advice completes the sentence "<name> …". */
  refuse(name: string, advice: string): void {
    this.problems.push(`${name} ${advice}`)
  }

  /** @throws ConfigError when any variable read so far was missing or wrong. */
  done(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems)
  }

  private read<T>(name: string, rule: string, fallback: T | undefined, parse: (text: string) => T | undefined) {
    const text = this.env[name]?.trim() ?? ''
    if (text === '') {
      if (fallback === undefined) this.refuse(name, `is not set: give ${rule}`)
      return fallback
    }
    const value = parse(text)
    if (value === undefined) this.refuse(name, `must be ${rule}`)
    return value
  }
}

export function readEnv(env: NodeJS.ProcessEnv): EnvReader {
  return new EnvReader(env)
}

function range({ min, max }: IntegerRule): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return `, at least ${min}`
  return max === undefined ? '' : `, at most ${max}`
}

function isAddress(text: string): boolean {
  const [, port] = /^[\w.-]+:(\d{1,5})$/.exec(text) ?? /^\[[\da-f:.]+\]:(\d{1,5})$/i.exec(text) ?? []
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}

import { ConfigError, readEnv, readShellConfig } from '..'

const GOOD = {
  DATABASE_URL: 'postgres://progress:hush@127.0.0.1:5432/laurel',
  KAFKA_BROKERS: '127.0.0.1:9092, broker.example:9093,[::1]:9094',
  IAM_JWKS_URL: 'http://127.0.0.1:4390/iam/jwks.json',
  IAM_ISSUER: 'https://iam.laurel.example',
  IAM_AUDIENCE: 'laurel',
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('readShellConfig', () => {
  it('fills in what may be left out', () => {
    expect(readShellConfig(GOOD, 'progress', 4301)).toEqual({
      service: 'progress',
      host: '127.0.0.1',
      port: 4301,
      logLevel: 'info',
      role: 'all',
      databaseUrl: GOOD.DATABASE_URL,
      kafkaBrokers: ['127.0.0.1:9092', 'broker.example:9093', '[::1]:9094'],
      kafkaSessionTimeoutMs: 10_000,
      iam: { jwksUrl: GOOD.IAM_JWKS_URL, issuer: GOOD.IAM_ISSUER, audience: GOOD.IAM_AUDIENCE },
      rateLimitPerSecond: 100,
      drainGraceMs: 2_000,
    })
  })

  it('takes what is given', () => {
    const env = {
      ...GOOD,
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'debug',
      LAUREL_ROLE: 'worker',
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      RATE_LIMIT_PER_SECOND: '0',
      DRAIN_GRACE_MS: '0',
    }
    expect(readShellConfig(env, 'progress', 4301)).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      logLevel: 'debug',
      role: 'worker',
      kafkaSessionTimeoutMs: 6_000,
      rateLimitPerSecond: 0,
      drainGraceMs: 0,
    })
  })

  it('names every variable that is missing in one error', () => {
    const problems = problemsOf(() => readShellConfig({ IAM_ISSUER: ' ' }, 'progress', 4301))
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(Object.keys(GOOD))
    for (const problem of problems) expect(problem).toContain('is not set: give')
  })

  it.each([
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '4301.5', 'a whole number'],
    ['LOG_LEVEL', 'loud', 'one of debug, info, warn, error, silent'],
    ['LAUREL_ROLE', 'both', 'one of api, worker, all'],
    ['DATABASE_URL', 'mysql://u:hush-value@h/db', 'postgres:// or postgresql://'],
    ['DATABASE_URL', 'u:hush-value@h', 'postgres:// or postgresql://'],
    ['KAFKA_BROKERS', 'broker', 'one or more host:port'],
    ['KAFKA_BROKERS', 'a:9092,', 'one or more host:port'],
    ['KAFKA_BROKERS', 'a:99999', 'one or more host:port'],
    ['KAFKA_SESSION_TIMEOUT_MS', '1', 'from 1000 to 300000'],
    ['RATE_LIMIT_PER_SECOND', '-1', 'from 0 to 1000000'],
    ['RATE_LIMIT_PER_SECOND', '0.5', 'a whole number'],
    ['DRAIN_GRACE_MS', '4001', 'from 0 to 4000'],
    ['IAM_JWKS_URL', '/jwks.json', 'http:// or https://'],
    ['IAM_JWKS_URL', 'file:///jwks.json', 'http:// or https://'],
  ])('refuses %s=%s by name, with what to give and without the value', (name, value, advice) => {
    const problems = problemsOf(() => readShellConfig({ ...GOOD, [name]: value }, 'progress', 4301))
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))])
    expect(problems[0]).toContain(advice)
    expect(problems[0]).not.toContain('hush-value')
  })
})

describe('readEnv', () => {
  it('reads each type', () => {
    const read = readEnv({ A: ' text ', B: 'https://h/directory//', C: '-3', D: 'false', E: 'x' })
    expect(read.string('A')).toBe('text')
    expect(read.url('B')).toBe('https://h/directory')
    expect(read.integer('C')).toBe(-3)
    expect(read.boolean('D', true)).toBe(false)
    expect(read.oneOf('E', ['x', 'y'])).toBe('x')
    expect(() => read.done()).not.toThrow()
  })

  it('takes defaults, an empty text among them', () => {
    const read = readEnv({})
    expect(read.string('A', '')).toBe('')
    expect(read.url('B', 'http://h')).toBe('http://h')
    expect(read.integer('C', { default: 5 })).toBe(5)
    expect(read.boolean('D', true)).toBe(true)
    expect(() => read.done()).not.toThrow()
  })

  it('collects problems until done', () => {
    const read = readEnv({ C: 'many', D: 'yes' })
    read.string('A')
    read.integer('C', { min: 1 })
    read.boolean('D')
    read.refuse('E', 'must differ from F')
    expect(problemsOf(() => read.done())).toEqual([
      'A is not set: give a text',
      'C must be a whole number, at least 1',
      'D must be true or false',
      'E must differ from F',
    ])
    expect(() => read.done()).toThrow(/A is not set[^]*E must differ/)
  })
})

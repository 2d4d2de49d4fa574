import { createLogger, NestLogger, runWithTrace } from '.'

function capture(level = 'debug') {
  const lines: string[] = []
  const logger = createLogger({ service: 'progress', level, destination: { write: (line) => lines.push(line) } })
  const last = () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>
  return { logger, lines, last }
}

describe('createLogger', () => {
  it('writes one JSON line with level name, ISO time, service and fields', () => {
    const { logger, lines, last } = capture()
    logger.warn('slow batch', { rows: 500, offset: 12n, at: new Date(0), raw: Buffer.from('abc') })
    expect(lines[0]).toMatch(/^\{.*\}\n$/)
    expect(last()).toMatchObject({
      level: 'warn',
      service: 'progress',
      message: 'slow batch',
      rows: 500,
      offset: '12',
      at: '1970-01-01T00:00:00.000Z',
      raw: '<3 bytes>',
    })
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('adds the running trace, and only inside one', () => {
    const { logger, last } = capture()
    runWithTrace('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', () => logger.info('in'))
    expect(last()).toMatchObject({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: expect.any(String) })
    logger.info('out')
    expect(last()).not.toHaveProperty('trace_id')
  })

  it('writes nothing below its level', () => {
    const { logger, lines } = capture('warn')
    logger.info('quiet')
    logger.child({ a: 1 }).debug('quiet too')
    expect(lines).toEqual([])
    logger.error('loud')
    expect(lines).toHaveLength(1)
  })

  it('refuses an unknown level by name', () => {
    expect(() => createLogger({ service: 's', level: 'loud' })).toThrow('debug, info, warn, error, silent')
  })

  it('keeps the fields of a child on each line', () => {
    const { logger, last } = capture()
    logger.child({ topic: 'lesson.completed' }).info('applied', { rows: 2 })
    expect(last()).toMatchObject({ topic: 'lesson.completed', rows: 2 })
  })

  it('keeps its own keys when a field has the same name', () => {
    const { logger, last } = capture()
    logger.info('text', { service: 'other', message: 'no' })
    expect(last()).toMatchObject({ service: 'progress', message: 'text', service_: 'other', message_: 'no' })
  })

  it('shows type, message, code, stack and cause of an error', () => {
    const { logger, last } = capture()
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', parameters: ['row value'] })
    logger.error('failed', { err: new TypeError('outer', { cause }) })
    expect(last().err).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('TypeError: outer'),
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    })
    expect(JSON.stringify(last())).not.toContain('row value')
  })
})

describe('redaction', () => {
  it.each(['authorization', 'Authorization', 'password', 'PGPASSWORD', 'token', 'access_token', 'credly_token'])(
    'hides %s at any depth',
    (key) => {
      const { logger, lines } = capture()
      logger.info('call', { request: { headers: [{ [key]: 'hush-value' }] }, [key]: 'hush-value' })
      expect(lines[0]).not.toContain('hush-value')
      expect(lines[0]).toContain(key)
    },
  )

  it.each(['client_secret', 'apiKey', 'X-Api-Key', 'email', 'recipient_email', 'Set-Cookie', 'tokens'])('hides %s in a child', (key) => {
    const { logger, lines } = capture()
    logger.child({ [key]: { inner: 'hush-value' } }).info('call')
    expect(lines[0]).not.toContain('hush-value')
  })

  it('hides bearer tokens, URL credentials and addresses in messages, values and errors', () => {
    const { logger, lines } = capture()
    const text = 'Bearer eyJh.eyJz.sig postgres://progress:hush@127.0.0.1/db and ada@learners.example'
    logger.info(text, { note: text, list: [text], err: new Error(text) })
    expect(lines[0]).not.toMatch(/eyJh|hush|ada@/)
    expect(lines[0]).toContain('127.0.0.1/db')
  })

  it('keeps what is not secret', () => {
    const { logger, last } = capture()
    const fields = {
      user_id: '7d1f',
      tokenizer: 'a',
      has_token: true,
      password: null,
      stack: 'at node_modules/@nestjs/core',
    }
    logger.info('kept', fields)
    expect(last()).toMatchObject(fields)
  })

  it('survives cycles, great depth and long lists', () => {
    const { logger, last } = capture()
    const loop: Record<string, unknown> = { list: Array.from({ length: 150 }, (_, i) => i) }
    loop.self = loop
    logger.info('loop', { loop })
    expect(last()).toMatchObject({ loop: { self: '[circular]' } })
    expect((last().loop as { list: unknown[] }).list).toHaveLength(101)
  })
})

describe('NestLogger', () => {
  it('keeps message, context and stack of Nest calls', () => {
    const { logger, last } = capture()
    const nest = new NestLogger(logger)
    nest.log('Nest application started', 'NestApplication')
    expect(last()).toMatchObject({ level: 'info', message: 'Nest application started', context: 'NestApplication' })
    nest.error('boom', 'Error: boom\n    at file.js:1:1', 'ExceptionsHandler')
    expect(last()).toMatchObject({
      level: 'error',
      context: 'ExceptionsHandler',
      stack: expect.stringContaining('at file'),
    })
    nest.fatal(new Error('gone'))
    expect(last()).toMatchObject({ level: 'error', message: 'gone', fatal: true, details: [{ message: 'gone' }] })
  })
})

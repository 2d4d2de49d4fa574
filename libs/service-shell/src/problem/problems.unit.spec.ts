import { connect } from 'node:net'
import { Body, Controller, Get, HttpException, NotFoundException, Param, Post } from '@nestjs/common'
import { Type } from 'class-transformer'
import { IsInt, IsUUID, ValidateNested } from 'class-validator'
import { call, json, startTestService, type TestService } from '../../fixtures/boot'
import { Problem, Public, UuidPipe } from '..'

const ID = '7b0c6f0e-53f7-4c2f-9a55-0d6c0c1f9c01'

class ItemDto {
  @IsUUID()
  lesson_id: string

  @IsInt()
  progress_percentage: number
}

class ItemsDto {
  @ValidateNested({ each: true })
  @Type(() => ItemDto)
  items: ItemDto[]
}

const THROWN: Record<string, () => unknown> = {
  'bad-request': () => Problem.badRequest('occurred_at must be a time', 'occurred_at'),
  forbidden: () => Problem.forbidden('this is another learner'),
  'not-found': () => Problem.notFound('there is no such course'),
  conflict: () => Problem.conflict('the enrollment is cancelled'),
  unprocessable: () => Problem.unprocessable('the lesson is not in the course', 'lesson_id'),
  unavailable: () => Problem.unavailable('the queue is full', 0.25),
  'nest-not-found': () => new NotFoundException('Cannot find the course'),
  'nest-500': () => new HttpException('hush: inner text', 500),
  unknown: () => new Error('hush: select * from secrets'),
  text: () => 'hush: no error at all',
  'http-client': () => Object.assign(new Error('hush'), { statusCode: 404 }),
  database: () => Object.assign(new Error('hush'), { code: '57P01' }),
}

@Controller('/api')
@Public()
class ProblemController {
  @Get('throw/:kind')
  throw(@Param('kind') kind: string): void {
    throw THROWN[kind]?.()
  }

  @Get('courses/:id')
  course(@Param('id', UuidPipe) id: string): { id: string } {
    return { id }
  }

  @Post('items')
  items(@Body() body: ItemsDto): { count: number; isDto: boolean } {
    return { count: body.items.length, isDto: body instanceof ItemsDto && body.items[0] instanceof ItemDto }
  }
}

let service: TestService
beforeAll(async () => {
  service = await startTestService([ProblemController], { bodyLimitBytes: 2_048 })
})
afterAll(() => service.close())

const request = (path: string, init?: RequestInit) => call(`${service.url}${path}`, init)
const items = (body: unknown) => request('/api/items', json('POST', body))

describe('errors of handlers', () => {
  it.each([
    ['bad-request', 400, 'Bad Request', 'occurred_at must be a time', [{ field: 'occurred_at', detail: 'occurred_at must be a time' }]],
    ['forbidden', 403, 'Forbidden', 'this is another learner', undefined],
    ['not-found', 404, 'Not Found', 'there is no such course', undefined],
    ['conflict', 409, 'Conflict', 'the enrollment is cancelled', undefined],
    [
      'unprocessable',
      422,
      'Unprocessable Entity',
      'the lesson is not in the course',
      [{ field: 'lesson_id', detail: 'the lesson is not in the course' }],
    ],
    ['unavailable', 503, 'Service Unavailable', 'the queue is full', undefined],
    ['nest-not-found', 404, 'Not Found', 'Cannot find the course', undefined],
    ['database', 503, 'Service Unavailable', 'the database cannot be reached', undefined],
  ])('%s is a %i', async (kind, status, title, detail, errors) => {
    const answer = await request(`/api/throw/${kind}`)
    expect(answer.type).toBe('application/problem+json')
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({ type: 'about:blank', title, status, detail, ...(errors && { errors }) })
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
  })

  it.each(['nest-500', 'unknown', 'text', 'http-client'])('%s is a 500 that tells nothing, and is logged', async (kind) => {
    service.log.lines.length = 0
    const answer = await request(`/api/throw/${kind}`)
    expect({ status: answer.status, type: answer.type }).toEqual({ status: 500, type: 'application/problem+json' })
    expect(answer.text).not.toMatch(/hush|stack|\.ts/)
    expect(service.log.at('error')).toEqual(['request failed'])
    expect(JSON.stringify(service.log.lines[0]?.fields.err, ['message'])).toContain(kind === 'text' ? 'hush: no' : 'hush')
  })

  it('logs no mistake of a client as an error', async () => {
    service.log.lines.length = 0
    await request('/api/throw/conflict')
    expect(service.log.lines).toEqual([])
  })
})

describe('mistakes of clients', () => {
  const body = (text: string, type = 'application/json') => ({
    method: 'POST',
    body: text,
    headers: { 'content-type': type },
  })

  it.each<[string, string, RequestInit, number]>([
    ['a body that is no JSON', '/api/items', body('{"items": ['), 400],
    ['an empty body', '/api/items', body(''), 400],
    ['a body that sets __proto__', '/api/items', body('{"__proto__": {"a": 1}}'), 400],
    ['a body over the limit', '/api/items', body(`{"items": "${'x'.repeat(2_048)}"}`), 413],
    ['a text body', '/api/items', body('hello', 'text/plain'), 415],
    ['a form body', '/api/items', body('a=b', 'application/x-www-form-urlencoded'), 415],
    ['a body of no type', '/api/items', { method: 'POST', body: new Uint8Array([1]) }, 415],
    ['an unknown route', '/api/nothing?token=hush', {}, 404],
    ['a wrong method', '/api/items', { method: 'DELETE' }, 404],
    ['a URL that cannot be decoded', '/api/%zz', {}, 400],
    ['a parameter that is too long', `/api/throw/${'x'.repeat(101)}`, {}, 414],
  ])('%s is a problem', async (_what, path, init, status) => {
    const answer = await request(path, init)
    expect({ status: answer.status, type: answer.type }).toEqual({ status, type: 'application/problem+json' })
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String),
      detail: expect.any(String),
    })
    expect(answer.text).not.toContain('hush')
  })

  it('bytes that are no HTTP request are a problem', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write('no http\r\n\r\n'))
      let received = ''
      socket.on('data', (bytes) => (received += bytes.toString()))
      socket.on('end', () => resolve(received))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('application/problem+json')
  })
})

describe('validation', () => {
  const good = { lesson_id: ID, progress_percentage: 10 }

  it('hands the handler an instance', async () => {
    expect(await items({ items: [good] })).toMatchObject({ status: 201, body: { count: 1, isDto: true } })
  })

  it('names each wrong field by its path, and what is expected', async () => {
    const wrong = { lesson_id: 'x', progress_percentage: 0.5 }
    const { status, body } = await items({ items: [good, good, good, wrong] })
    expect(status).toBe(400)
    expect(body.detail).toBe('items[3].lesson_id: lesson_id must be a UUID (and 1 more)')
    expect(body.errors).toEqual([
      { field: 'items[3].lesson_id', detail: 'lesson_id must be a UUID' },
      { field: 'items[3].progress_percentage', detail: 'progress_percentage must be an integer number' },
    ])
  })

  it('refuses unknown fields at any depth', async () => {
    const { status, body } = await items({ items: [{ ...good, extra: 1 }], more: 1 })
    expect(status).toBe(400)
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { field: 'items[0].extra', detail: 'is not a known field' },
        { field: 'more', detail: 'is not a known field' },
      ]),
    )
  })

  it.each([[[]], [[good]], ['text'], [7], [null], [true]])('refuses the body %j where an object is expected', async (value) => {
    const { status, body } = await items(value)
    expect({ status, detail: body.detail }).toEqual({ status: 400, detail: 'the body must be a JSON object' })
  })

  it('keeps a very wrong body from making a very long answer', async () => {
    const { body } = await items({ items: Array.from({ length: 100 }, () => ({})) })
    expect(body.errors).toHaveLength(20)
    expect(body.detail).toContain('(and 199 more)')
  })

  it('names a path parameter that is no UUID', async () => {
    expect((await request(`/api/courses/${ID}`)).body).toEqual({ id: ID })
    const { status, body } = await request('/api/courses/42')
    expect({ status, errors: body.errors }).toEqual({
      status: 400,
      errors: [{ field: 'id', detail: 'id must be a UUID' }],
    })
  })
})

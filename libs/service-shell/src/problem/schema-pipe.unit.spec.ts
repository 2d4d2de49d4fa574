import { Body, Controller, Post } from '@nestjs/common'
import { call, json, startTestService, type TestService } from '../../fixtures/boot'
import { Problem, Public, SchemaPipe } from '..'

const ID = '7b0c6f0e-53f7-4c2f-9a55-0d6c0c1f9c01'

interface Report {
  readonly lesson_id?: string
  readonly progress_percentage?: number
  readonly occurred_at?: string
  readonly items?: readonly Report[]
}

const fields = {
  lesson_id: { type: 'string', format: 'uuid' },
  progress_percentage: { type: 'number', minimum: 0, maximum: 100 },
  occurred_at: { type: 'string', format: 'day' },
}
const item = { type: 'object', additionalProperties: false, required: ['lesson_id', 'progress_percentage'], properties: fields }
const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...fields, items: { type: 'array', minItems: 1, maxItems: 100, items: item } },
}
const day = { test: (text: string) => /^\d{4}-\d\d-\d\d$/.test(text), detail: 'must be a day' }
const pipe = new SchemaPipe<Report>(schema, { day })

const good = { lesson_id: ID, progress_percentage: 10 }

/** The problem that refuses the body. */
function refusalOf(body: unknown, by: SchemaPipe<object> = pipe): Problem {
  try {
    by.transform(body)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('the body was let pass')
}
const errorsOf = (body: unknown, by?: SchemaPipe<object>) =>
  (refusalOf(body, by).body.errors ?? []).map(({ field, detail }) => `${field}: ${detail}`)

describe('a body that fits', () => {
  it.each([
    [{ ...good, occurred_at: '2026-01-05' }],
    [{ items: [good, { ...good, lesson_id: ID.toUpperCase(), progress_percentage: 0.5 }] }],
    [{ items: Array.from({ length: 100 }, () => good) }],
    [{}],
  ])('is handed on itself: %j', (body) => {
    expect(pipe.transform(body)).toBe(body)
  })
})

describe('a body that does not fit', () => {
  it.each<[unknown, string[]]>([
    [{ ...good, lesson_id: 'x' }, ['lesson_id: must be a UUID']],
    [{ ...good, lesson_id: null }, ['lesson_id: must be a UUID']],
    [{ ...good, lesson_id: `${ID}\n` }, ['lesson_id: must be a UUID']],
    [{ ...good, occurred_at: 7 }, ['occurred_at: must be a day']],
    [{ ...good, occurred_at: 'now' }, ['occurred_at: must be a day']],
    [{ ...good, progress_percentage: '50' }, ['progress_percentage: must be a number from 0 to 100']],
    [{ ...good, progress_percentage: Infinity }, ['progress_percentage: must be a number from 0 to 100']],
    [{ ...good, progress_percentage: 100.1 }, ['progress_percentage: must be at most 100']],
    [{ ...good, progress_percentage: -1 }, ['progress_percentage: must be at least 0']],
    [{ ...good, user_id: ID }, ['user_id: is not a known field']],
    [{ toString: 1, '': 2 }, ['toString: is not a known field', ': is not a known field']],
    [{ items: null }, ['items: must be a list']],
    [{ items: { length: 1 } }, ['items: must be a list']],
    [{ items: [] }, ['items: must hold at least one item']],
    [{ items: Array.from({ length: 101 }, () => good) }, ['items: must hold at most 100 items']],
    [{ items: [null, good, [good]] }, ['items: must hold objects']],
    [{ items: [{}] }, ['items[0].lesson_id: is missing', 'items[0].progress_percentage: is missing']],
    [{ items: [good, { ...good, score: 1 }] }, ['items[1].score: is not a known field']],
  ])('is a 400 that names each wrong field: %j', (body, errors) => {
    expect(refusalOf(body).getStatus()).toBe(400)
    expect(errorsOf(body)).toEqual(errors)
  })

  it('is refused in the words of the first error, with the number of the others', () => {
    const wrong = { lesson_id: 'x', progress_percentage: 101 }
    expect(refusalOf({ items: [good, wrong] }).body.detail).toBe('items[1].lesson_id: must be a UUID (and 1 more)')
  })

  it.each([[[]], [[good]], ['text'], [7], [null], [undefined], [true]])('is refused as a whole when it is %j', (body) => {
    expect(refusalOf(body).body).toMatchObject({ status: 400, detail: 'the body must be a JSON object' })
    expect(errorsOf(body)).toEqual([])
  })

  it('makes a short answer however much is wrong, and a field name is cut', () => {
    const { body } = refusalOf({ items: Array.from({ length: 100 }, () => ({})) })
    expect(body.errors).toHaveLength(20)
    expect(body.detail).toContain('(and 199 more)')
    expect(errorsOf({ ['x'.repeat(500)]: 1 })).toEqual([`${'x'.repeat(120)}: is not a known field`])
  })

  it('is not searched for more than its first error when it is huge', () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`field_${i}`, i]))
    expect(errorsOf(unknown)).toEqual(['field_0: is not a known field'])
    expect(errorsOf({ items: [{ lesson_id: 'x', ...unknown }] })).toHaveLength(1)
    expect(errorsOf({ items: Array.from({ length: 1_000 }, () => 7) })).toEqual(['items: must hold at most 100 items'])
  })
})

it('has words for the other rules of a schema', () => {
  const other = new SchemaPipe<object>({
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, maxLength: 3 },
      action: { enum: ['enroll', 'cancel'] },
      number: { type: 'integer', minimum: 1 },
      flag: { type: 'boolean' },
      inner: { type: 'object', additionalProperties: { type: 'string' } },
      codes: { type: 'array', minItems: 2, items: { type: 'string', pattern: '^a' } },
    },
  })
  const wrong = { name: 7, action: 'x', number: 1.5, flag: 1, inner: 3, codes: ['a'] }
  expect(errorsOf(wrong, other)).toEqual([
    'name: must be a text',
    'action: must be one of enroll, cancel',
    'number: must be a whole number',
    'flag: must be true or false',
    'inner: must be an object',
    'codes: must hold at least 2 items',
  ])
  expect(errorsOf({ name: 'a', inner: { 'a/b~c': 1 }, codes: ['a', 'b'] }, other)).toEqual([
    'name: must have at least 2 characters',
    'inner.a/b~c: must be a text',
    'codes[1]: must match pattern "^a"',
  ])
  expect(errorsOf({ name: 'long' }, other)).toEqual(['name: must have at most 3 characters'])
})

it('refuses a schema that is wrong, or names an unknown format, when it is made', () => {
  expect(() => new SchemaPipe({ type: 'object', propertys: {} })).toThrow('propertys')
  expect(() => new SchemaPipe(schema)).toThrow('day')
})

class NoticingPipe extends SchemaPipe<Report> {
  passed: Report | undefined

  override transform(value: unknown): Report {
    return (this.passed = super.transform(value))
  }
}
const noticing = new NoticingPipe(schema, { day })

@Controller('/api')
@Public()
class ReportController {
  @Post('reports')
  report(@Body(noticing) body: Report): { isSame: boolean; isPlain: boolean; count: number | undefined } {
    const isPlain = Object.getPrototypeOf(body) === Object.prototype
    return { isSame: body === noticing.passed, isPlain, count: body.items?.length }
  }
}

describe('on a route', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService([ReportController])
  })
  afterAll(() => service.close())
  const post = (body: unknown) => call(`${service.url}/api/reports`, json('POST', body))

  it('hands the handler the parsed object, which no DTO check has seen', async () => {
    const { status, body } = await post({ items: [good] })
    expect({ status, body }).toEqual({ status: 201, body: { isSame: true, isPlain: true, count: 1 } })
  })

  it('answers a refusal as problem+json', async () => {
    const { status, type, body } = await post({ items: [{ ...good, lesson_id: 'x' }] })
    expect({ status, type }).toEqual({ status: 400, type: 'application/problem+json' })
    expect(body.errors).toEqual([{ field: 'items[0].lesson_id', detail: 'must be a UUID' }])
  })
})

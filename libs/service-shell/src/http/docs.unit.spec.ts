import type { Readable } from 'node:stream'
import { Body, Controller, Get, Param, Post } from '@nestjs/common'
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger'
import { Ajv } from 'ajv'
import { call, startTestService, type TestService } from '../../fixtures/boot'
import { faultsOf, resolved, type ApiDocument, type ApiOperation } from '../../fixtures/openapi'
import { ApiProblems, Problem, Public, Roles, StreamedBody } from '..'

class ThingBody {
  @ApiProperty()
  readonly name: string
}

@Controller('/things')
@ApiProblems(404)
class ThingController {
  @Get()
  @ApiOkResponse({ type: ThingBody })
  list(): ThingBody {
    return { name: 'thing' }
  }

  @Get(':id')
  @Roles('admin')
  @ApiProblems(409, 422)
  read(@Param('id') id: string): ThingBody {
    return { name: id }
  }

  @Post()
  write(@Body() body: ThingBody): ThingBody {
    return body
  }

  @Post('import')
  @StreamedBody('text/csv', 'application/x-ndjson')
  import(@Body() body: Readable): boolean {
    return body.readable
  }
}

@Controller('/open')
@Public()
class OpenController {
  @Get()
  read(): string {
    return 'ok'
  }
}

let service: TestService
let document: ApiDocument
beforeAll(async () => {
  service = await startTestService([ThingController, OpenController])
  document = (await call(`${service.url}/openapi.json`)).body as unknown as ApiDocument
})
afterAll(() => service.close())

const operation = (method: string, path: string): ApiOperation => document.paths[path]![method]!
const statuses = (method: string, path: string) => Object.keys(operation(method, path).responses).map(Number)

it('is valid OpenAPI 3.0', () => {
  expect(faultsOf(document)).toEqual([])
  expect(JSON.stringify(document)).not.toMatch(/x-p/)
})

it('names success and every problem that an operation may answer with', () => {
  expect(statuses('get', '/things')).toEqual([200, 401, 404, 429, 500, 503])
  expect(statuses('get', '/things/{id}')).toEqual([200, 400, 401, 403, 404, 409, 422, 429, 500, 503])
  expect(statuses('post', '/things')).toEqual([201, 400, 401, 404, 413, 415, 429, 500, 503])
  expect(statuses('post', '/things/import')).toEqual([201, 400, 401, 404, 415, 429, 500, 503])
  expect(statuses('get', '/open')).toEqual([200, 500, 503])
})

it('asks for a bearer token unless the route is public', () => {
  expect(operation('get', '/things').security).toEqual([{ bearer: [] }])
  expect(operation('get', '/open').security).toEqual([])
})

it('shows streamed bodies by their types', () => {
  const { requestBody } = operation('post', '/things/import')
  const schema = { type: 'string', format: 'binary' }
  expect(requestBody?.content).toEqual({ 'text/csv': { schema }, 'application/x-ndjson': { schema } })
})

it('gives an example of each problem that is one', () => {
  const isProblemBody = new Ajv().compile(resolved(document, { $ref: '#/components/schemas/ProblemBody' }) as object)
  const responses = Object.entries(document.components['responses'] as Record<string, { content: Record<string, { example: object }> }>)
  expect(responses).toHaveLength(12)
  for (const [name, { content }] of responses) {
    const { example } = content['application/problem+json']!
    expect([name, isProblemBody(example), example]).toEqual([name, true, expect.objectContaining({ status: Number(name.slice(7)) })])
  }
  expect(isProblemBody(Problem.badRequest('must be a UUID', 'id').body)).toBe(true)
})

it('says that 429 and 503 come with Retry-After', () => {
  const waiting = Object.entries(document.components['responses']!).filter(([, response]) => 'headers' in (response as object))
  expect(waiting.map(([name]) => name)).toEqual(['Problem429', 'Problem503'])
  expect(waiting[0]![1]).toMatchObject({ headers: { 'Retry-After': { required: true } } })
})

it.each<[string, (broken: ApiDocument) => void]>([
  ['leads nowhere', ({ components }) => delete (components['responses'] as Record<string, unknown>)['Problem404']],
  ['is not unique', ({ paths }) => Object.assign(paths['/open']!['get']!, { operationId: operation('get', '/things').operationId })],
  ['path parameters differ', ({ paths }) => Object.assign(paths['/things/{id}']!['get']!, { parameters: [] })],
  ['no description', ({ paths }) => Object.assign(paths['/open']!['get']!, { responses: { 200: {} } })],
  ['security', ({ components }) => Object.assign(components, { securitySchemes: {} })],
  ['an array without items', ({ components }) => Object.assign(components['schemas']!, { List: { type: 'array' } })],
])('is looked at for faults, such as: %s', (fault, break_) => {
  const broken = structuredClone(document)
  break_(broken)
  expect(faultsOf(broken).join('\n')).toContain(fault)
})

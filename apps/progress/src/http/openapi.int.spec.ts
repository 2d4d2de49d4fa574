import { progressDatabase, startProgress } from '../progress.module'
import { Api } from './api.fixture'
import { OpenApi, type Media, type NamedOperation, type Schema } from './openapi.fixture'

/** Real: the service over HTTP; the document is the one that it gives out. */
const api = new Api()
let openApi: OpenApi

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  openApi = await OpenApi.of(api.service.url)
})
afterAll(() => api.stop())

/** What is wrong with operations, each line with its operation in front. */
function faults(of: (operation: NamedOperation) => readonly string[]): string[] {
  return openApi.operations.flatMap((operation) => of(operation).map((fault) => `${operation.name}: ${fault}`))
}

/** Of the bodies that a client sends, and of those that it gets when all went well. */
function bodiesOf({ requestBody, responses }: NamedOperation): [string, Media][] {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return [
    ...Object.entries(requestBody?.content ?? {}).map(([type, media]): [string, Media] => [`request ${type}`, media]),
    ...answers.flatMap(([status, { content }]) =>
      Object.entries(content ?? {}).map(([type, media]): [string, Media] => [`${status} ${type}`, media]),
    ),
  ]
}

/** Properties, at any depth, that neither have an example nor are made of such that do. */
function withoutExample(schema: Schema, at: string): string[] {
  const { type, example, items, properties, oneOf, ...rest } = openApi.resolved(schema)
  if (example !== undefined || rest.enum?.includes(null)) return []
  if (items !== undefined) return withoutExample(items, `${at}[]`)
  if (oneOf !== undefined) return oneOf.flatMap((one) => withoutExample(one, at))
  const inside = Object.entries(properties ?? {})
  return type === 'object' && inside.length > 0 ? inside.flatMap(([name, property]) => withoutExample(property, `${at}.${name}`)) : [at]
}

/** Examples, at any depth, that do not fit the schema that they are in. */
function misfits(schema: Schema, at: string): string[] {
  const { example, items, properties, oneOf } = openApi.resolved(schema)
  const misfit = example === undefined ? null : openApi.misfit(schema, example)
  const inside = Object.entries(properties ?? {})
  return [
    ...(misfit === null ? [] : [`${at}: ${misfit}`]),
    ...(items === undefined ? [] : misfits(items, `${at}[]`)),
    ...(oneOf ?? []).flatMap((one) => misfits(one, at)),
    ...inside.flatMap(([name, property]) => misfits(property, `${at}.${name}`)),
  ]
}

it('says what each operation does, under a name of its own, and describes what it takes', () => {
  expect(faults(({ summary = '' }) => (summary === '' ? ['no summary'] : []))).toEqual([])
  expect(new Set(openApi.operations.map(({ operationId }) => operationId)).size).toBe(openApi.operations.length)
  expect(
    faults(({ parameters }) =>
      parameters.flatMap(({ name, description = '' }) => (description === '' ? [`no description of ${name}`] : [])),
    ),
  ).toEqual([])
})

it('declares the parameters that are in the path, as UUIDs', () => {
  const pathFaults = ({ path, parameters }: NamedOperation) => {
    const declared = parameters.filter((parameter) => parameter.in === 'path')
    const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    return [
      ...(String(templated) === String(declared.map(({ name }) => name)) ? [] : ['differ from the path']),
      ...declared.filter(({ required, schema }) => !required || schema.format !== 'uuid').map(({ name }) => name),
    ]
  }
  expect(faults(pathFaults)).toEqual([])
})

it('gives an example of everything that is sent, answered or asked', () => {
  const missing = (operation: NamedOperation) => [
    ...bodiesOf(operation).flatMap(([name, { schema, examples }]) => (examples === undefined ? withoutExample(schema, name) : [])),
    ...operation.parameters.flatMap(({ name, schema }) =>
      [schema.example, schema.default, schema.enum].every((given) => given === undefined) ? [name] : [],
    ),
  ]
  expect(faults(missing)).toEqual([])
  expect(openApi.operations.flatMap(bodiesOf).length).toBeGreaterThan(12)
})

it('gives examples that fit their schemas', () => {
  const broken = (operation: NamedOperation) => [
    ...bodiesOf(operation).flatMap(([name, { schema, examples = {} }]) => [
      ...misfits(schema, name),
      ...Object.values(examples)
        .flatMap(({ value }) => openApi.misfit(schema, value) ?? [])
        .map((text) => `${name}: ${text}`),
    ]),
    ...operation.parameters.flatMap(({ name, schema }) => misfits(schema, name)),
  ]
  expect(faults(broken)).toEqual([])
})

it('answers with JSON of a schema, and refuses with problems', () => {
  const odd = ({ responses }: NamedOperation) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) => {
      const expected = status.startsWith('2') ? 'application/json' : 'application/problem+json'
      return String(Object.keys(content)) === expected ? [] : [status]
    })
  expect(faults(odd)).toEqual([])
})

it('names what each operation may be refused for', () => {
  const particular = ({ name, responses }: NamedOperation) => [
    name,
    Object.keys(responses)
      .map(Number)
      .filter((status) => [403, 404, 409, 410, 422].includes(status)),
  ]
  expect(Object.fromEntries(openApi.operations.map(particular))).toEqual({
    'GET /api/v1/courses': [403],
    'GET /api/v1/courses/{id}/progress': [403, 404, 409],
    'PATCH /api/v1/courses/{id}/progress': [404, 409, 422],
    'POST /api/v1/courses/{id}/quiz-attempts': [404, 409, 422],
    'GET /api/v1/courses/{id}/cycles': [403, 404, 409],
    'GET /api/v1/courses/{id}/roster': [403, 404],
    'GET /api/v1/courses/{id}/statistics': [403, 404, 422],
    'POST /api/v1/enrollments': [403, 404, 409, 410, 422],
    'PUT /api/v1/imports/{import_id}': [403, 409],
    'GET /api/v1/imports/{import_id}': [403, 404],
    'GET /api/v1/learners/{user_id}/export': [403],
    'DELETE /api/v1/learners/{user_id}': [403],
  })
})

import { completionDatabase } from '../completion-detection.module'
import { Member } from '../consumers/member.fixture'
import { CompletionsApi } from './completions-api.fixture'

/** Real: the document that the service gives out. */
const api = new CompletionsApi()
let document: Document
beforeAll(async () => {
  await api.start(completionDatabase, Member)
  document = (await (await fetch(`${api.service.url}/openapi.json`)).json()) as Document
})
afterAll(() => api.stop())

interface Schema {
  readonly $ref?: string
  readonly example?: unknown
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
}
interface Operation {
  readonly summary: string
  readonly parameters: readonly { readonly name: string; readonly description?: string; readonly schema: Schema }[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
  )
const PATH = '/api/v1/completions/{userId}/{courseVersionId}'

it('names what each operation may be refused for', () => {
  const particular = ({ name, responses }: Operation & { name: string }) => [
    name,
    Object.keys(responses)
      .map(Number)
      .filter((status) => [403, 404, 409].includes(status)),
  ]
  expect(Object.fromEntries(operations().map(particular))).toEqual({
    [`GET ${PATH}`]: [403, 404],
    [`GET ${PATH}/explain`]: [403, 404],
    [`POST ${PATH}`]: [403, 404, 409],
    [`POST ${PATH}/revoke`]: [403, 404],
    'GET /api/v1/detections': [403],
  })
})

it('describes each operation and what it takes, with examples', () => {
  for (const { summary, parameters } of operations()) {
    expect(summary).toMatch(/\w/)
    for (const { description = '', schema } of parameters) expect([description !== '', schema.example !== undefined]).toEqual([true, true])
  }
})

it('gives an example of everything that is sent or answered', () => {
  const has = (schema: Schema): boolean => {
    const { $ref, example, items, oneOf } = schema
    if ($ref !== undefined) return document.components.schemas[$ref.split('/').at(-1)!] !== undefined
    return (
      example !== undefined || (items !== undefined && has(items)) || (oneOf?.every((one) => has(one) || one.enum?.[0] === null) ?? false)
    )
  }
  const properties = Object.entries(document.components.schemas)
    .filter(([name]) => name !== 'ProblemBody')
    .flatMap(([name, schema]) => Object.entries(schema.properties ?? {}).map(([property, of]) => [`${name}.${property}`, of] as const))
  expect(properties.filter(([, schema]) => !has(schema)).map(([name]) => name)).toEqual([])
  expect(properties.length).toBeGreaterThan(60)
})

it('documents the plain text beside the JSON', () => {
  const { responses } = document.paths[`${PATH}/explain`]!['get']!
  expect(Object.keys(responses['200']!.content!)).toEqual(['application/json', 'text/plain'])
})

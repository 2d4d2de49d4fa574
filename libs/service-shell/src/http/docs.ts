import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger'
import { PROBLEM_MARK, PUBLIC_MARK } from './api-problems'
import { PROBLEM_SCHEMA, PROBLEM_STATUSES, problemName, problemResponse, type ProblemStatus } from './problem-answers'

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>
type Marked = Operation & Record<string, unknown>

const BEARER = 'bearer'
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const

/** Adds /openapi.json, made from the app's controllers, and Swagger UI on it at /docs. */
export function addDocs(app: INestApplication, title: string, version: string): void {
  const settings = new DocumentBuilder().setTitle(title).setVersion(version).addBearerAuth(undefined, BEARER).build()
  const document = completed(SwaggerModule.createDocument(app, settings))
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', raw: ['json'] })
}

/** The document with what holds for every operation: whether it needs a token, and the problems it answers with. */
function completed(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method]
      if (operation !== undefined) complete(operation as Marked)
    }
  }
  const responses = Object.fromEntries(PROBLEM_STATUSES.map((status) => [problemName(status), problemResponse(status)]))
  const schemas = { ...document.components?.schemas, ProblemBody: PROBLEM_SCHEMA }
  return { ...document, components: { ...document.components, schemas, responses } }
}

function complete(operation: Marked): void {
  operation.security = operation[PUBLIC_MARK] === true ? [] : [{ [BEARER]: [] }]
  for (const status of problemsOf(operation)) {
    operation.responses[status] ??= { $ref: `#/components/responses/${problemName(status)}` }
  }
  for (const mark of [PUBLIC_MARK, ...PROBLEM_STATUSES.map(markOf)]) delete operation[mark]
}

function problemsOf(operation: Marked): ProblemStatus[] {
  const statuses = new Set<ProblemStatus>([500, 503])
  const add = (when: boolean, ...more: ProblemStatus[]) => void (when && more.forEach((status) => statuses.add(status)))
  add(operation[PUBLIC_MARK] !== true, 401, 429)
  add((operation.parameters ?? []).length > 0, 400)
  const body = operation.requestBody
  add(body !== undefined, 400, 415)
  add(body !== undefined && 'content' in body && 'application/json' in body.content, 413) // streams have no limit
  for (const status of PROBLEM_STATUSES) add(operation[markOf(status)] === true, status)
  return PROBLEM_STATUSES.filter((status) => statuses.has(status))
}

const markOf = (status: ProblemStatus) => `${PROBLEM_MARK}${status}`

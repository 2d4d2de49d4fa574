import { Ajv, type ValidateFunction } from 'ajv'
import { isRequestTime } from './request-time'

/** A schema object of OpenAPI 3.0, as far as it is looked at. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly nullable?: boolean
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly example?: unknown
  readonly default?: unknown
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: Schema
}

export interface Media {
  readonly schema: Schema
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}

export interface NamedOperation extends Operation {
  /** `GET /api/v1/courses/{id}/progress` */
  readonly name: string
  readonly method: string
  readonly path: string
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** The document that a running service gives out. */
export class OpenApi {
  readonly operations: readonly NamedOperation[]
  private readonly validators = new Map<Schema, ValidateFunction>()
  private readonly ajv: Ajv

  constructor(readonly document: object) {
    this.operations = Object.entries((document as Document).paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => this.named(method.toUpperCase(), path, operation)),
    )
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
    this.ajv = new Ajv({ strict: true, strictTypes: false, formats: { uuid, 'date-time': isRequestTime, binary: true } })
    this.ajv.addVocabulary(['example', 'openapi', 'paths', 'info', 'tags', 'servers', 'components'])
    this.ajv.addSchema(document, 'document')
  }

  static async of(url: string): Promise<OpenApi> {
    return new OpenApi((await (await fetch(`${url}/openapi.json`)).json()) as object)
  }

  /** The object itself, or what its reference leads to. @throws when it leads nowhere */
  resolved<T extends object>(value: T): T {
    const { $ref } = value as { $ref?: string }
    if ($ref === undefined) return value
    const step = (node: unknown, name: string) => (node as Record<string, unknown> | undefined)?.[name]
    const found = $ref.split('/').slice(1).reduce<unknown>(step, this.document)
    if (found === undefined) throw new Error(`${$ref} leads nowhere`)
    return found as T
  }

  /** Null when the value fits the schema, else what is wrong with it. */
  misfit(schema: Schema, value: unknown): string | null {
    const validate = this.compiled(schema)
    return validate(value) ? null : this.ajv.errorsText(validate.errors)
  }

  private compiled(schema: Schema): ValidateFunction {
    const known = this.validators.get(schema)
    if (known !== undefined) return known
    const validate = this.ajv.compile(withDocument(schema))
    this.validators.set(schema, validate)
    return validate
  }

  private named(method: string, path: string, operation: Operation): NamedOperation {
    const responses = Object.entries(operation.responses).map(([status, response]) => [status, this.resolved(response)] as const)
    const { parameters = [] } = operation as Partial<Operation>
    return { ...operation, name: `${method} ${path}`, method, path, parameters, responses: Object.fromEntries(responses) }
  }
}

/** References within the document, for a schema that is taken out of it. */
function withDocument(schema: Schema): object {
  return JSON.parse(JSON.stringify(schema), (name, value: unknown) => (name === '$ref' ? `document${value as string}` : value)) as object
}

import type { ServiceName } from '../stage/whole-stack'
import type { Caller } from './people'

/** One request as it is sent, whoever sends it. */
export interface Request {
  readonly method: string
  readonly path: string
  /** JSON unless it is text. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/** The services over HTTP. */
export class Door {
  /** Answers of 4xx so far, by service. */
  readonly refused = new Map<ServiceName, number>()

  constructor(private readonly urlOf: (service: ServiceName) => string) {}

  async call(service: ServiceName, { method, path, body, headers }: Request, { authorization }: Caller): Promise<Answer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${this.urlOf(service)}${path}`, {
      method,
      headers: {
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
        ...(authorization !== null && { authorization }),
      },
      ...(text !== undefined && { body: text }),
    })
    const answer = { status: response.status, text: await response.text() }
    if (isRefusal(answer)) this.refused.set(service, (this.refused.get(service) ?? 0) + 1)
    return answer
  }

  /** How many answers of 4xx the service has counted itself. */
  async counted(service: ServiceName): Promise<number> {
    const text = await (await fetch(`${this.urlOf(service)}/metrics`)).text()
    const lines = text.split('\n').filter((line) => /_request_duration_seconds_count\{.*status="4\d\d"/.test(line))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  /** `METHOD /path` of everything in the service's OpenAPI document. */
  async operations(service: ServiceName): Promise<string[]> {
    const document = (await (await fetch(`${this.urlOf(service)}/openapi.json`)).json()) as { paths: Record<string, object> }
    return Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
  }
}

export function isRefusal({ status }: Answer): boolean {
  return status >= 400 && status < 500
}

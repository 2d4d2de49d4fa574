import type { ServerResponse } from 'node:http'
import { LocalServer } from '@laurel/testing'

export interface Account {
  readonly id: string
  readonly email: string
  readonly courses: readonly object[]
}

/** One call's trouble: a status without an answer, an answer that is none, or a cut connection. */
export type Trouble = { readonly status: number; readonly headers?: Record<string, string> } | { readonly body: string } | 'cut'

/** Graphy's list of learners as one local HTTP server; its calls are remembered. */
export class GraphyFixture {
  readonly calls: URLSearchParams[] = []
  accounts: readonly Account[] = []
  /** Met by the next calls, one each. */
  troubles: Trouble[] = []
  /** Whether `query` filters by e-mail, as it should. */
  isFiltering = true
  private readonly server = new LocalServer((request, response) => this.take(new URL(request.url!, 'http://localhost'), response))

  start(): Promise<void> {
    return this.server.start()
  }

  get baseUrl(): string {
    return this.server.url
  }

  private take({ pathname, searchParams: query }: URL, response: ServerResponse): void {
    this.calls.push(query)
    const trouble = this.troubles.shift()
    if (trouble === 'cut') response.socket!.destroy()
    else if (trouble && 'body' in trouble) response.end(trouble.body)
    else if (trouble) response.writeHead(trouble.status, trouble.headers).end()
    else if (pathname !== '/public/v2/learners' || query.get('courseInfo') !== 'true') response.writeHead(404).end()
    else response.end(JSON.stringify(this.page(query)))
  }

  private page(query: URLSearchParams): object {
    const { email } = JSON.parse(query.get('query')!) as { email: string }
    const found = this.isFiltering ? this.accounts.filter((account) => account.email.toLowerCase() === email.toLowerCase()) : this.accounts
    const skip = Number(query.get('skip'))
    return { data: found.slice(skip, skip + Number(query.get('limit'))), total: found.length }
  }

  stop(): Promise<void> {
    return this.server.stop()
  }
}

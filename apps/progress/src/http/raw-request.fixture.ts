import { request } from 'node:http'

/** A request that is sent as it stands: `fetch` would tidy its path and its texts. */
export interface RawRequest {
  readonly method: string
  /** With the query, encoded or not. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

export interface RawAnswer {
  readonly status: number
  /** Without parameters such as charset. */
  readonly type: string
  readonly text: string
}

/** Resolves with what is answered, also before the whole body was taken. */
export function sendRaw(url: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const length = body === null ? {} : { 'content-length': String(body.length) }
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const [type = ''] = (response.headers['content-type'] ?? '').split(';')
        resolve({ status: response.statusCode!, type, text: Buffer.concat(chunks).toString() })
      })
    })
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

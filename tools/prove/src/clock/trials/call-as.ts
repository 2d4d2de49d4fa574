import type { StackState } from '@laurel/dev-stack'

export interface CallAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown
}

export type CallProgress = (method: string, path: string, json?: object, headers?: Record<string, string>) => Promise<CallAnswer>

const VALID_SECONDS = 6 * 3_600

/** Calls progress with a new token that is good for hours from now by the machine's clock, and without a time before which it is not. */
export async function callAs(state: StackState, person: { sub: string; roles: readonly string[] }): Promise<CallProgress> {
  const drawn = await fetch(`${state.sandbox.url}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...person, expires_in: VALID_SECONDS }),
  })
  const { access_token } = (await drawn.json()) as { access_token: string }
  return async (method, path, json, headers = {}) => {
    const response = await fetch(`${state.services['progress']!.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}`, ...(json && { 'content-type': 'application/json' }), ...headers },
      ...(json && { body: JSON.stringify(json) }),
    })
    const body: unknown = await response.json().catch(() => undefined)
    return { status: response.status, headers: response.headers, body }
  }
}

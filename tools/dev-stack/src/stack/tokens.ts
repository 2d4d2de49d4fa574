/** Who the ready-made tokens of stack.json speak for. */
export const PEOPLE = {
  learner: { sub: '11111111-1111-4111-8111-111111111111', roles: ['learner'] },
  admin: { sub: '99999999-9999-4999-8999-999999999999', roles: ['admin'] },
} as const

const THIRTY_DAYS = 30 * 24 * 3600

/**
 * Asks the sandbox for a token of each of {@link PEOPLE}.
 *
 * @throws Error with the sandbox's answer
 */
export async function fetchTokens(sandboxUrl: string): Promise<{ learner: string; admin: string }> {
  const [learner, admin] = await Promise.all([fetchToken(sandboxUrl, PEOPLE.learner), fetchToken(sandboxUrl, PEOPLE.admin)])
  return { learner, admin }
}

async function fetchToken(sandboxUrl: string, person: { sub: string; roles: readonly string[] }): Promise<string> {
  const response = await fetch(`${sandboxUrl}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...person, expires_in: THIRTY_DAYS }),
  })
  if (!response.ok) throw new Error(`the sandbox gave no token: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { access_token: string }).access_token
}

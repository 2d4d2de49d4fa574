import { PermanentJobError, type OutsideSystem } from '@laurel/jobs'

/** A learner as the Directory names them; names may be empty. */
export interface Person {
  readonly email: string
  readonly givenName: string
  readonly familyName: string
}

/** The Directory: who a learner is. */
export class Directory {
  constructor(private readonly system: Pick<OutsideSystem, 'request'>) {}

  /** @throws as OutsideSystem.request; PermanentJobError when the Directory does not know the learner or their address */
  async learner(userId: string, signal: AbortSignal): Promise<Person> {
    const path = `/users/${encodeURIComponent(userId)}`
    const { body } = await this.system.request({ method: 'GET', path, signal })
    const { email, given_name, family_name } = (body ?? {}) as Record<string, unknown>
    if (!isText(email) || !isText(given_name) || !isText(family_name) || !email.includes('@')) {
      throw new PermanentJobError(`directory GET ${path} answered without email, given_name and family_name`)
    }
    return { email, givenName: given_name.trim(), familyName: family_name.trim() }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

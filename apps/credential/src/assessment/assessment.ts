import { PermanentJobError, type OutsideSystem } from '@laurel/jobs'

/** The Assessment service: how well a learner did. */
export class Assessment {
  constructor(private readonly system: OutsideSystem) {}

  /**
   * @returns the learner's score in the course version, 0-100; null when Assessment has none
   * @throws as OutsideSystem.request
   */
  async score(userId: string, courseVersionId: string, signal: AbortSignal): Promise<number | null> {
    const path = `/users/${encodeURIComponent(userId)}/course-versions/${encodeURIComponent(courseVersionId)}/score`
    const { status, body } = await this.system.request({ method: 'GET', path, signal, accept: [404] })
    if (status === 404) return null
    const { score } = (body ?? {}) as { score?: unknown }
    if (typeof score !== 'number' || score < 0 || score > 100) {
      throw new PermanentJobError(`assessment GET ${path} answered without a score from 0 to 100`)
    }
    return score
  }
}

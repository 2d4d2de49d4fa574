import type { Directory } from '@laurel/directory'
import { PermanentJobError, type JobHandler } from '@laurel/jobs'
import { transaction, type Tx } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import { failEnrollment, findUnresolved, resolveEmail } from '../persistence/learner-store'

export const RESOLVE_QUEUE = 'learner-resolve'

export interface ResolveJob {
  readonly learner_id: string
}

/** Told, in the transaction that makes it so, in which courses of a platform somebody can be found who could not before. */
export type OnFindable = (tx: Tx, platform: string, externalCourseIds: readonly string[]) => Promise<void>

export interface ResolvePorts {
  readonly dataSource: DataSource
  readonly directory: Pick<Directory, 'learner'>
  readonly onFindable: OnFindable
}

/**
 * Asks the Directory for a learner's e-mail, by which platforms know them; they are `enrolled` from then on. Whom the
 * Directory does not know is `enrollment_failed`, until the failed job is redriven. A repeat changes nothing.
 */
export function resolveLearner({ dataSource, directory, onFindable }: ResolvePorts): JobHandler<ResolveJob> {
  return async ({ learner_id }, { signal }) => {
    const userId = await transaction(dataSource, (tx) => findUnresolved(tx, learner_id))
    if (userId === null) return
    try {
      const { email } = await directory.learner(userId, signal)
      await transaction(dataSource, async (tx) => {
        const learner = await resolveEmail(tx, learner_id, email)
        if (learner) await onFindable(tx, learner.platform, [learner.externalCourseId])
      })
    } catch (error) {
      if (error instanceof PermanentJobError) await transaction(dataSource, (tx) => failEnrollment(tx, learner_id))
      throw error
    }
  }
}

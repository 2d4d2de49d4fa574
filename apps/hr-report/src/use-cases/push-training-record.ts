import { PermanentJobError, type JobHandler } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import { toHrRecord } from '../domain/training-record'
import type { HrSystem } from '../hr-system/hr-system'
import { findToPush, markPushed } from '../persistence/training-record-store'

export const PUSH_QUEUE = 'hr-push'

export interface PushJob {
  readonly completion_id: string
}

/** Pushes the record of a completion to HR, unless HR has it already. */
export function pushTrainingRecord(dataSource: DataSource, hr: HrSystem): JobHandler<PushJob> {
  return async ({ completion_id }, { signal }) => {
    const record = await transaction(dataSource, (tx) => findToPush(tx, completion_id))
    if (!record) throw new PermanentJobError(`there is no training record ready to push for completion ${completion_id}`)
    if (record.pushedAt !== null) return
    const hrRecordId = await hr.push(toHrRecord(record), signal)
    await transaction(dataSource, (tx) => markPushed(tx, completion_id, hrRecordId))
  }
}

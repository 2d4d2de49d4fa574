import type { OutsideSystem } from '@laurel/jobs'
import type { HrTrainingRecord } from '../domain/training-record'

/** The HR system's REST interface. */
export class HrSystem {
  constructor(private readonly system: OutsideSystem) {}

  /**
   * Hands over a training record. HR knows a repeat by its Idempotency-Key, the completion_id: pushing again has no
   * second effect.
   *
   * @returns HR's own id of the record; null when it gave none
   * @throws as OutsideSystem.request
   */
  async push(record: HrTrainingRecord, signal: AbortSignal): Promise<string | null> {
    const { body } = await this.system.request({
      method: 'POST',
      path: '/training-records',
      headers: { 'idempotency-key': record.completion_id },
      body: record,
      signal,
    })
    const id = (body as { id?: unknown } | null | undefined)?.id
    return typeof id === 'string' || typeof id === 'number' ? String(id) : null
  }
}

import { enrollmentKey } from '@laurel/contracts'
import type { Cohort } from '../model/cohort'
import type { Effect } from './ledgers'
import { idsIn } from './named-ids'

/**
 * Says which enrollment a training record is about: by the completion_id that its key or body names, else by the
 * learner and the course code. Null for a learner who is not in the input.
 *
 * @param completionIds enrollment key of each completion_id seen
 */
export function hrAttribution(cohort: Cohort, completionIds: ReadonlyMap<string, string>): (effect: Effect) => string | null {
  const byCode = new Map(
    [...cohort.versions.values()].flatMap(({ data }) => (data.hr ? [[data.hr.course_code, data.course_version_id] as const] : [])),
  )
  return (effect) => {
    const ids = idsIn([effect.key, effect.body])
    const completion = ids.map((id) => completionIds.get(id)).find((key) => key !== undefined)
    if (completion !== undefined) return completion
    const user_id = ids.find((id) => cohort.userIds.has(id))
    if (user_id === undefined) return null
    const text = JSON.stringify(effect.body ?? null)
    const course_version_id =
      ids.find((id) => cohort.versions.has(id)) ?? [...byCode].find(([code]) => text.includes(JSON.stringify(code)))?.[1]
    return enrollmentKey({ user_id, course_version_id: course_version_id ?? 'unknown course version' })
  }
}

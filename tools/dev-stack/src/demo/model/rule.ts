import type { CourseVersionPublishedV1 } from '@laurel/contracts'

/**
 * What a course version asks for, as the design says it. Written apart from the services' own rule, so that the two
 * can disagree. Items are the lessons, then the quizzes; the numbers are places in that list.
 */
export interface Rule {
  readonly itemIds: readonly string[]
  /** Place of each item id. */
  readonly places: ReadonlyMap<string, number>
  /** Lowest score that passes, by place of the quiz; items that are not in it are lessons. */
  readonly thresholds: ReadonlyMap<number, number>
  readonly required: readonly number[]
  readonly electives: readonly { readonly choose: number; readonly of: readonly number[] }[]
}

/** A course version whose rule makes no sense; the message names the field. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
}

/** @throws RuleError on repeated ids, and on a group with unknown or repeated ids or `choose` outside 1..|of|. */
export function ruleOf({ lessons, quizzes, electives = [] }: CourseVersionPublishedV1): Rule {
  const items = [
    ...lessons.map((l) => ({ id: l.lesson_id, required: l.required })),
    ...quizzes.map((q) => ({ id: q.quiz_id, required: q.required })),
  ]
  const itemIds = items.map((item) => item.id)
  const places = new Map(itemIds.map((id, place) => [id, place]))
  if (places.size < itemIds.length) throw new RuleError('lessons and quizzes must have different ids, but an id is there twice')
  return {
    itemIds,
    places,
    thresholds: new Map(quizzes.map((q, i) => [lessons.length + i, q.pass_threshold_percentage])),
    required: items.flatMap((item, place) => (item.required ? [place] : [])),
    electives: electives.map((group, i) => groupOf(group, places, `electives[${i}]`)),
  }
}

function groupOf({ choose, of }: { choose: number; of: readonly string[] }, places: ReadonlyMap<string, number>, field: string) {
  const known = of.map((id, i) => {
    const place = places.get(id)
    if (place === undefined) throw new RuleError(`${field}.of[${i}] ${id} is no lesson or quiz of the version`)
    return place
  })
  if (new Set(known).size < known.length) throw new RuleError(`${field}.of must not repeat an id`)
  if (choose < 1 || choose > of.length)
    throw new RuleError(`${field}.choose must be 1 to ${of.length}, the size of the group (got ${choose})`)
  return { choose, of: known }
}

/**
 * When the rule was satisfied, given when each item was done (NaN: never): the latest among the required items and
 * each group's earliest `choose`. Null when something is missing, or when the version needs nothing.
 */
export function satisfiedAt(rule: Rule, done: Float64Array): number | null {
  if (rule.required.length === 0 && rule.electives.length === 0) return null
  let latest = -Infinity
  for (const place of rule.required) {
    const at = done[place]!
    if (Number.isNaN(at)) return null
    latest = Math.max(latest, at)
  }
  for (const { choose, of } of rule.electives) {
    const times = of.map((place) => done[place]!).filter((at) => !Number.isNaN(at))
    if (times.length < choose) return null
    latest = Math.max(latest, times.sort((a, b) => a - b)[choose - 1]!)
  }
  return latest
}

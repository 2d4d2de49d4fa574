import type { Rule } from '@laurel/course-rule'
import type { Tx } from '@laurel/postgres'
import { percentageDone, withDone } from '../domain/done-items'
import { enrollmentKey } from '../persistence/enrollment-store'
import { writeStandings, type Standing } from '../persistence/standing-store'

/** One item of an enrollment that is done now. */
export interface DoneItem {
  readonly standing: Standing
  readonly rule: Rule
  readonly itemId: string
}

/**
 * Enters done items into their enrollments, with the percentage that the course rule makes of them.
 *
 * @param items of standings that `lockStandings` returned in this transaction
 * @returns the standings that changed, by `enrollmentKey`
 */
export async function advanceStandings(tx: Tx, items: readonly DoneItem[]): Promise<ReadonlyMap<string, Standing>> {
  const advanced = new Map<string, Standing>()
  for (const [key, { standing, rule, ordinals }] of byEnrollment(items)) {
    const doneItems = withDone(standing.doneItems, ordinals)
    if (doneItems !== standing.doneItems) advanced.set(key, { ...standing, doneItems, percentage: percentageDone(rule, doneItems) })
  }
  await writeStandings(tx, [...advanced.values()])
  return advanced
}

function byEnrollment(items: readonly DoneItem[]) {
  const groups = new Map<string, { standing: Standing; rule: Rule; ordinals: number[] }>()
  for (const { standing, rule, itemId } of items) {
    const key = enrollmentKey(standing)
    const group = groups.get(key) ?? { standing, rule, ordinals: [] }
    group.ordinals.push(rule.ordinalOf.get(itemId)!)
    groups.set(key, group)
  }
  return groups
}

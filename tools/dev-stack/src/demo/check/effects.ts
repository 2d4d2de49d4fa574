import type { Cohort } from '../model/cohort'
import { hrAttribution } from './hr-records'
import { completionIds, type Effects } from './judge'
import type { Ledgers } from './ledgers'
import type { SeenTopics } from './seen-topics'

/**
 * What the outside systems accepted about the learners of an input.
 *
 * @param badges enrollment key by the ledger key of each badge that may exist
 */
export async function readEffects(
  ledgers: Ledgers,
  cohort: Cohort,
  seen: SeenTopics,
  badges: ReadonlyMap<string, string>,
): Promise<Effects> {
  const enrollmentOf = hrAttribution(cohort, completionIds(seen))
  const statements = await ledgers.keys('lrs')
  const badgesByLedgerKey = await ledgers.keys('credly')
  const hrRecords = await ledgers.read(
    'hr',
    true,
    () => new Map<string, number>(),
    (counts, effect) => {
      const key = enrollmentOf(effect)
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
    },
  )
  const own = [...badgesByLedgerKey].flatMap(([ledgerKey, times]) => {
    const key = badges.get(ledgerKey)
    return key === undefined ? [] : [[key, times] as const]
  })
  return { badges: new Map(own), hrRecords, statements }
}

import { query, type Tx } from '@laurel/postgres'

/** How much an erasure removed. */
export interface ErasedLearners {
  readonly learners: number
  readonly webhook_bodies: number
}

const ERASE = {
  name: 'learners-erase',
  text: `with gone as (
           delete from learners where user_id = any($1::uuid[]) returning id
         ), said as (
           update webhook_delivery d set body = null, headers = '{}'
             from outside_completion o
            where o.user_id = any($1::uuid[]) and o.detected_by = 'webhook' and o.detected_from = d.delivery_id::text
              and d.status = 'done' and d.body is not null
           returning d.delivery_id
         )
         select (select count(*)::int from gone) as learners, (select count(*)::int from said) as webhook_bodies`,
}

/**
 * Removes what says who these learners are: the addresses, ids and evidence that platforms know them by, and the bodies of
 * webhooks that completed them. Decisions and their evidence stay, under our own id of the learner: credentials and HR records
 * hang on them, and they keep a completion from being decided again. A repeat finds nothing left.
 */
export async function eraseLearners(tx: Tx, userIds: ReadonlySet<string>): Promise<ErasedLearners> {
  const [erased] = await query<ErasedLearners>(tx, ERASE, [[...userIds]])
  return erased!
}

import { query, type Tx } from '@laurel/postgres'

/** How far the delivery to a destination has come. */
export interface DestinationFigures {
  readonly name: string
  readonly unsent: number
  readonly sent: number
  readonly failed: number
  /** Seconds since the oldest unsent statement was stored; null when there is none. */
  readonly oldestUnsentSeconds: number | null
}

interface FiguresRow {
  name: string
  unsent: string
  sent: string
  failed: string
  oldest_unsent_seconds: number | null
}

const FIGURES = {
  name: 'destination-figures',
  text: `select name, sent,
                (select count(*) from statement where sent_at is null and failed_at is null) as unsent,
                (select count(*) from statement where failed_at is not null) as failed,
                (select extract(epoch from greatest(interval '0', now() - created_at))::float8 from statement
                  where sent_at is null and failed_at is null order by position limit 1) as oldest_unsent_seconds
           from destination order by name`,
}

/** Costs as much as there are unsent and failed statements; those that were sent cost nothing. */
export async function destinationFigures(tx: Tx): Promise<DestinationFigures[]> {
  const rows = await query<FiguresRow>(tx, FIGURES)
  return rows.map((row) => ({
    name: row.name,
    unsent: Number(row.unsent),
    sent: Number(row.sent),
    failed: Number(row.failed),
    oldestUnsentSeconds: row.oldest_unsent_seconds,
  }))
}

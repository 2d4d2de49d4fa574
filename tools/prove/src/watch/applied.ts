import { Pool } from 'pg'
import { SCHEMAS, SERVICES, type ServiceName } from '../stage/whole-stack'

/** When each service last applied a batch, in milliseconds since 1970, by the database's clock. */
export type LastApplied = Readonly<Record<ServiceName, number>>

/** How far a service has applied a partition. */
export interface Position {
  service: ServiceName
  topic: string
  partition: number
  next: bigint
}

const LAST_APPLIED = SERVICES.map(
  (name) =>
    `select '${name}' as name, coalesce(extract(epoch from max(updated_at)) * 1000, 0)::float8 as at from ${SCHEMAS[name]}.consumer_fence`,
).join(' union all ')

const POSITIONS = SERVICES.map(
  (name) =>
    `select '${name}' as service, topic, partition, next_offset as next from ${SCHEMAS[name]}.consumer_fence where group_id = 'laurel.${name}'`,
).join(' union all ')

/** Looks at the fences as the superuser, who sees every row; connections that are lost are made again. */
export class FenceLook {
  private readonly pool: Pool
  private readonly known = new Map<string, Position>()

  constructor(url: string) {
    this.pool = new Pool({ connectionString: url, application_name: 'laurel-prove', max: 3, connectionTimeoutMillis: 1_000 })
    // A connection that is lost is told by the next statement.
    this.pool.on('error', () => undefined)
    this.pool.on('connect', (client) => void client.on('error', () => undefined))
  }

  /** @throws when the database is away, as the others do */
  async lastApplied(): Promise<LastApplied> {
    const { rows } = await this.query<{ name: ServiceName; at: number }>(LAST_APPLIED)
    return Object.fromEntries(rows.map(({ name, at }) => [name, at])) as Record<ServiceName, number>
  }

  /** Every partition that a service was ever seen to have a fence on; one whose fence is gone is at its beginning. */
  async positions(): Promise<Position[]> {
    const { rows } = await this.query<Omit<Position, 'next'> & { next: string }>(POSITIONS)
    for (const position of this.known.values()) position.next = 0n
    for (const row of rows) this.known.set(`${row.service} ${row.topic}:${row.partition}`, { ...row, next: BigInt(row.next) })
    return [...this.known.values()]
  }

  query<R extends object>(text: string, values: readonly unknown[] = []): Promise<{ rows: R[] }> {
    return this.pool.query<R>(text, [...values])
  }

  close(): Promise<void> {
    return this.pool.end()
  }
}

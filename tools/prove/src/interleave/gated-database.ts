import type { PoolClient } from 'pg'
import { createDataSource } from '@laurel/postgres'
import type { DataSource, QueryRunner } from 'typeorm'
import { Player } from './turn'

type Query = (...args: unknown[]) => Promise<unknown>
/** What pg's pool is used for here. */
interface Pool {
  on(event: 'connect', listener: (client: PoolClient) => void): void
}

/** A service's pool of one connection, on which each statement waits for its player's turn. */
export class GatedDatabase {
  /** Whose statements wait; none, then they go through. */
  player: Player | undefined
  private sacrificed = false

  private constructor(
    readonly dataSource: DataSource,
    public pid: number,
  ) {}

  static async open(url: string, schema: string, name: string): Promise<GatedDatabase> {
    const dataSource = createDataSource({ url, schema, applicationName: `laurel-interleave ${name}`, poolSize: 1, migrations: [] })
    await dataSource.initialize()
    const runner = dataSource.createQueryRunner()
    const client = (await runner.connect()) as PoolClient
    const gated = new GatedDatabase(dataSource, pidOf(client))
    gated.guard(client)
    await runner.release()
    // A connection that was lost is replaced.
    ;(dataSource.driver as unknown as { master: Pool }).master.on('connect', (next) => gated.guard(next))
    return gated
  }

  /** Has the statement at work fail as Postgres has a deadlock's victim fail (SQLSTATE 40P01). */
  markSacrificed(): void {
    this.sacrificed = true
  }

  runner(): QueryRunner {
    return this.dataSource.createQueryRunner()
  }

  close(): Promise<void> {
    return this.dataSource.destroy()
  }

  private guard(client: PoolClient): void {
    const query = client.query.bind(client) as unknown as Query
    this.pid = pidOf(client)
    if (this.player) this.player.pid = this.pid
    Object.assign(client, { query: (...args: unknown[]) => this.inTurn(query, args) })
  }

  private async inTurn(query: Query, args: unknown[]): Promise<unknown> {
    const { player } = this
    if (player === undefined) return query(...args)
    await player.turn(labelOf(args[0]))
    player.isInDatabase = true
    try {
      return await query(...args)
    } catch (error) {
      if (!this.sacrificed) throw error
      this.sacrificed = false
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    } finally {
      player.isInDatabase = false
    }
  }
}

function pidOf(client: PoolClient): number {
  return (client as unknown as { processID: number }).processID
}

/** The name of a statement, or the beginning of its text. */
function labelOf(statement: unknown): string {
  if (typeof statement === 'string') return statement.slice(0, 40)
  const { name, text } = statement as { name?: string; text: string }
  return name ?? text.slice(0, 40)
}

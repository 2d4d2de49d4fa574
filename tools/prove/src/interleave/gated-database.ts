import type { PoolClient } from 'pg'
import { createDataSource } from '@laurel/postgres'
import type { DataSource, QueryRunner } from 'typeorm'
import { Player } from './player'

type Query = (...args: unknown[]) => Promise<unknown>
/** What pg's pool is used for here. */
interface Pool {
  on(event: 'connect', listener: (client: PoolClient) => void): void
}

/** Said now and then by who holds a lock of the session: it takes no turn. */
const SIGN_OF_LIFE = 'select'

export type Fate = 'lives' | 'dies before' | 'dies after'

/** A service's pool of one connection, on which each statement waits for its player's turn. */
export class GatedDatabase {
  /** Whose statements wait; none, then they go through. */
  player: Player | undefined
  /** Asked at each statement whether the process dies there: before the server has it, or after. */
  fate: ((statement: string) => Fate) | undefined
  /** Has the connection cut when the process dies; nothing that it was about to do is done any more. */
  onDeath: () => Promise<void> = async () => undefined
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
    const keepsLocks = () => client.getTransactionStatus() === 'T'
    Object.assign(client, { query: (...args: unknown[]) => this.inTurn(query, args, keepsLocks) })
  }

  private async inTurn(query: Query, args: unknown[], keepsLocks: () => boolean): Promise<unknown> {
    const { player } = this
    const label = labelOf(args[0])
    if (player === undefined || label === SIGN_OF_LIFE) return query(...args)
    const fate = this.fate?.(label) ?? 'lives'
    // What it held is let go of as by a rollback.
    await player.turn(fate === 'lives' ? label : `rollback: ${fate} ${label}`)
    player.isInDatabase = true
    if (fate !== 'lives') return this.die(fate, () => query(...args))
    try {
      const result = await query(...args)
      player.hasLetGo = !keepsLocks()
      return result
    } catch (error) {
      // An error is told before the transaction is undone; the next answer comes after that.
      await query('select').catch(() => undefined)
      player.hasLetGo = true
      if (!this.sacrificed) throw error
      this.sacrificed = false
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    } finally {
      player.isInDatabase = false
    }
  }

  private async die(fate: Fate, statement: () => Promise<unknown>): Promise<never> {
    if (fate === 'dies after') await statement().catch(() => undefined)
    await this.onDeath()
    return new Promise<never>(() => undefined)
  }
}

function pidOf(client: PoolClient): number {
  return (client as unknown as { processID: number }).processID
}

/** The name of a statement, or the beginning of its text. */
function labelOf(statement: unknown): string {
  if (typeof statement === 'string') return beginningOf(statement)
  const { name, text } = statement as { name?: string; text: string }
  return name ?? beginningOf(text)
}

function beginningOf(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 40)
}

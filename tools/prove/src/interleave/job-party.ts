import type { PoolClient } from 'pg'
import type { Random } from '../random'
import type { Arena } from './arena'
import type { Fate, GatedDatabase } from './gated-database'
import { Directory, resolving } from './resolving'
import { Player } from './player'
import type { WorkerProcess } from './worker-process'

interface Worker {
  readonly process: WorkerProcess
  readonly player: Player
  resting?: Promise<void>
}

/** Of a chance that a worker process dies at a statement, one per case at most: most often when it is at a job. */
const DEATH = { looking: 0.01, working: 0.1 }
const LOOKS = /^WITH next/
/** Turns that pass between two times at which all leases run out, at most. */
const LEASE_TURNS = 20
/** When the members are done, workers that work need few turns more. */
const TURNS_TO_REST = 400
const ROUNDS = 8
/** More than any work that is left needs. */
const LOOKS_AT_MOST = 5_000

/** Those of a case who have to do with jobs: workers, who may die, and who takes their jobs from them when their heartbeats stay away. */
export class JobParty {
  private readonly workers: Worker[]
  private readonly keeper: { readonly player: Player; readonly connection: GatedDatabase } | undefined
  private readonly directory: Directory
  private readonly dead = new Set<Player>()
  private turns = 0
  /** How many worker processes died. */
  deaths = 0
  /** How often all leases ran out. */
  expiries = 0

  constructor(
    private readonly arena: Arena,
    private readonly random: Random,
  ) {
    const { workers, keeper } = arena.jobs
    this.directory = new Directory(random)
    this.workers = workers
      .slice(0, random.integer(1, workers.length))
      .map((process, n) => ({ process, player: new Player(`worker ${n + 1}`) }))
    this.keeper = random.chance(0.6) ? { player: new Player('keeper'), connection: keeper.connection } : undefined
  }

  get everyone(): { player: Player; connection: GatedDatabase }[] {
    return [
      ...this.workers.map(({ player, process }) => ({ player, connection: process.connection })),
      ...(this.keeper ? [this.keeper] : []),
    ]
  }

  /** Resolves when all have begun; from then on they wait for their turns. */
  async begin(): Promise<void> {
    for (const worker of this.workers) {
      const { connection } = worker.process
      connection.fate = (statement) => this.fateAt(statement)
      connection.onDeath = () => this.die(worker)
      await worker.process.work(resolving.handler(connection, this.directory))
    }
    if (this.keeper) void this.expire(this.keeper)
  }

  /** To be called before each turn when the members are done: workers rest when no job is due. */
  async mayRest(due: number): Promise<void> {
    if (due > 0 && ++this.turns < TURNS_TO_REST) return
    for (const worker of this.workers) {
      if (worker.player.state === 'done') continue
      worker.resting ??= worker.process.rest().then(() => worker.player.end())
      if (worker.player.doing === 'look again' && worker.player.state === 'waiting') await worker.resting
    }
  }

  /** Afterwards: what is left is done without anybody's disturbing; what failed is redriven. */
  async finish(): Promise<void> {
    const { jobs } = this.arena
    for (const { process } of this.workers) Object.assign(process.connection, { player: undefined, fate: undefined })
    for (const { process, player } of this.workers) if (this.dead.has(player)) await jobs.replace(process)
    this.directory.heal()
    const { keeper } = jobs
    keeper.connection.player = undefined
    for (let round = 0; round < ROUNDS; round++) {
      await jobs.passTime()
      await this.arena.query(jobs.expiry)
      await jobs.passTime()
      await keeper.jobs.redrive()
      if ((await left(keeper)) === 0) return
      await keeper.work(resolving.handler(keeper.connection, this.directory))
      for (let looks = 0; looks < LOOKS_AT_MOST && (await this.isAnyDue()); looks++);
      await keeper.rest()
    }
  }

  private fateAt(statement: string): Fate {
    const chance = LOOKS.test(statement) ? DEATH.looking : DEATH.working
    return this.deaths === 0 && this.random.chance(chance) ? this.random.pick(['dies before', 'dies after'] as const) : 'lives'
  }

  private async die({ process, player }: Worker): Promise<void> {
    this.deaths++
    this.dead.add(player)
    await this.arena.cut(process.connection)
    player.isInDatabase = false
    player.end()
  }

  private async isAnyDue(): Promise<boolean> {
    const { schema } = this.arena.jobs
    const rows = await this.arena.query(
      `select 1 from ${schema}.job where state = 'active' or (state < 'active' and start_after <= ${schema}.job_now()) limit 1`,
    )
    return rows.length > 0
  }

  /** As a frozen machine or a lost network does it, to the living too. */
  private async expire({ player, connection }: { player: Player; connection: GatedDatabase }): Promise<void> {
    for (let times = this.random.integer(1, 4); times > 0; times--) {
      for (let turns = this.random.integer(0, LEASE_TURNS); turns > 0; turns--) await player.turn('wait')
      await player.turn('time passes')
      await this.arena.jobs.passTime()
      this.expiries++
      const runner = connection.runner()
      const client = (await runner.connect()) as PoolClient
      await client.query(this.arena.jobs.expiry)
      await runner.release()
      // And they are due again.
      await this.arena.jobs.passTime()
    }
    player.end()
  }
}

async function left({ jobs }: WorkerProcess): Promise<number> {
  const { queueLength, activeJobs, failedJobs } = await jobs.stats()
  return queueLength + activeJobs + failedJobs
}

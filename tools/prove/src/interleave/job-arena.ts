import type { Client } from 'pg'
import { takeFromTheSilent } from './built-jobs'
import { resolving } from './resolving'
import { WorkerProcess } from './worker-process'

export interface JobArenaOptions {
  readonly url: string
  readonly schema: string
  readonly admin: Client
}

const WORKERS = 2
/** Longer than a heartbeat may stay away, and than any pause before a retry. */
const STEP_SECONDS = 11

/** The job queue of all cases: worker processes, a clock that a case sets forward, and what tells of effects and of jobs that came back to life. */
export class JobArena {
  /** Errors that pg-boss told of. */
  readonly errors: Error[] = []

  private constructor(
    private readonly o: JobArenaOptions,
    private readonly queue: string,
  ) {}

  /** Looks after what others have left. */
  keeper!: WorkerProcess
  /** Has jobs enqueued in others' transactions; no statement of its own has to wait for a turn. */
  enqueuer!: WorkerProcess
  readonly workers: WorkerProcess[] = []

  static async open(o: JobArenaOptions): Promise<JobArena> {
    const arena = new JobArena(o, resolving.queue())
    // Those that start later know its settings, and need not ask at a time that no seed fixes.
    const first = await arena.process('first')
    await first.jobs.createQueue(arena.queue)
    await first.close()
    arena.keeper = await arena.process('keeper')
    arena.enqueuer = await arena.process('enqueuer')
    for (let n = 0; n < WORKERS; n++) arena.workers.push(await arena.process(`worker ${n + 1}`))
    await arena.watch()
    return arena
  }

  get schema(): string {
    return `${this.o.schema}_jobs`
  }

  async close(): Promise<void> {
    for (const process of [this.enqueuer, this.keeper, ...this.workers]) await process.close()
  }

  async empty(): Promise<void> {
    await this.o.admin.query(`delete from ${this.schema}.job; delete from prove_effect; delete from prove_revived`)
  }

  /** A new process in the place of one that died. */
  async replace(dead: WorkerProcess): Promise<void> {
    const n = this.workers.indexOf(dead)
    this.workers[n] = await this.process(`worker ${n + 1}`)
  }

  /** So much time passes that who was at a job is taken for dead, and what was to be tried again is due. */
  async passTime(): Promise<void> {
    await this.o.admin.query(
      `select setval('${this.schema}.prove_clock', nextval('${this.schema}.prove_clock') + ${STEP_SECONDS * 1_000_000})`,
    )
  }

  /** What supervision does with the jobs of those whose heartbeats stayed away. */
  get expiry(): string {
    return takeFromTheSilent(this.schema, this.queue)
  }

  private process(name: string): Promise<WorkerProcess> {
    const { url, schema } = this.o
    return WorkerProcess.open({ url, schema, queue: this.queue, name, onError: (error) => this.errors.push(error) })
  }

  /** Every look at the clock is later than the one before: so jobs have an order. */
  private async watch(): Promise<void> {
    const { schema, admin } = this.o
    const jobs = this.schema
    await admin.query(`
      create sequence if not exists ${jobs}.prove_clock;
      grant all on sequence ${jobs}.prove_clock to ${schema};
      create or replace function ${jobs}.job_now() returns timestamptz language sql volatile as
        $$ select timestamptz '2100-01-01' + nextval('${jobs}.prove_clock') * interval '1 microsecond' $$;
      create table if not exists prove_effect (learner_id uuid not null);
      create table if not exists prove_revived (id uuid not null);
      grant all on prove_effect, prove_revived to ${schema};
      create or replace function prove_revive() returns trigger language plpgsql as
        $$ begin insert into ${schema}.prove_revived values (old.id); return null; end $$;
      create or replace trigger prove_revived after update on ${jobs}.job_common for each row
        when (old.state = 'completed' and new.state <> 'completed') execute function prove_revive()`)
  }
}

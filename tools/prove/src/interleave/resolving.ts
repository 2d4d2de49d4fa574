import { query, type Tx } from '@laurel/postgres'
import type { DataSource } from 'typeorm'
import type { Random } from '../random'
import { from } from './built'
import type { GatedDatabase } from './gated-database'
import type { JobHandler } from './built-jobs'

interface ResolveJob {
  readonly learner_id: string
}

interface ResolveModule {
  readonly RESOLVE_QUEUE: string
  resolveLearner(ports: { dataSource: DataSource; directory: object; onFindable: (tx: Tx) => Promise<void> }): JobHandler<ResolveJob>
}

interface ErrorModule {
  readonly PermanentJobError: new (message: string) => Error
  readonly PostponeJobError: new (message: string, delayMs: number) => Error
}

const useCase = () => from<ResolveModule>('apps/completion-detection', 'use-cases/resolve-learner')
const errors = () => from<ErrorModule>('libs/jobs', 'job-error')

/** How the Directory answers: at once, the second time (a retry is used up), later (none is), or not before it is told who that is. */
type Manner = 'well' | 'unwell' | 'later' | 'unknown'

/** completion-detection's job, as built, with a stand-in for the Directory. Its effect, an e-mail that is taken over, is counted in its transaction. */
export const resolving = {
  queue: () => useCase().RESOLVE_QUEUE,

  emailOf: (userId: string) => `${userId}@learners.example`,

  handler(connection: GatedDatabase, answers: Directory): JobHandler<ResolveJob> {
    const { dataSource } = connection
    const directory = { learner: (userId: string) => answers.learner(userId, connection) }
    return (data, attempt) => {
      const onFindable = async (tx: Tx) => void (await query(tx, { text: 'insert into prove_effect values ($1)' }, [data.learner_id]))
      return useCase().resolveLearner({ dataSource, directory, onFindable })(data, attempt)
    }
  },
}

/** Turns that an answer is on its way, at most: long enough that others overtake it. */
const SLOWEST = 25

/** One for all processes of a case. */
export class Directory {
  private readonly manners = new Map<string, Manner>()
  private readonly asked = new Set<string>()
  private isHealed = false

  constructor(private readonly random: Random) {}

  heal(): void {
    this.isHealed = true
  }

  /** What it answers is decided before it is on its way. */
  async learner(userId: string, connection: GatedDatabase): Promise<{ email: string }> {
    const answer = this.decide(userId)
    for (let turns = this.random.integer(0, SLOWEST); turns > 0; turns--) await connection.player?.turn('wait for the Directory')
    return answer()
  }

  private decide(userId: string): () => { email: string } {
    const manner = this.manners.get(userId) ?? this.random.weighted<Manner>({ well: 4, unwell: 2, later: 3, unknown: 1 })
    this.manners.set(userId, manner)
    const isFirst = !this.asked.has(userId)
    this.asked.add(userId)
    const { PermanentJobError, PostponeJobError } = errors()
    if (manner === 'unwell' && isFirst) return () => thrown(new Error('the Directory is unwell'))
    if (manner === 'later' && isFirst) return () => thrown(new PostponeJobError('the Directory is busy', 1))
    if (manner === 'unknown' && !this.isHealed) return () => thrown(new PermanentJobError('the Directory does not know them'))
    return () => ({ email: resolving.emailOf(userId) })
  }
}

function thrown(error: Error): never {
  throw error
}

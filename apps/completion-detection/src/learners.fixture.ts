import { CourseVersionPublishedV1, EnrollmentChangedV1 } from '@laurel/contracts'
import { adoptCourseVersion, courseVersionsMigration, CourseVersionStore } from '@laurel/course-versions'
import type { Person } from '@laurel/directory'
import type { JobSpec } from '@laurel/jobs'
import { messagingMigration, type Disposition } from '@laurel/messaging'
import { retryingTransaction } from '@laurel/postgres'
import { received } from '@laurel/testing'
import type { DataSource } from 'typeorm'
import type { LearningPlatform, Standing } from './checker/learning-platform'
import { course, Learner, type Course, type CourseShape } from './events.fixture'
import { completionMigration } from './persistence/migrations/001-completion'
import { learnersMigration } from './persistence/migrations/003-learners'
import { followEnrollment } from './use-cases/follow-enrollment'
import { followLearners } from './use-cases/follow-learners'
import { resolveLearner, type ResolveJob } from './use-cases/resolve-learner'

export const learnersDatabase = {
  schema: 'completion',
  migrations: [courseVersionsMigration, messagingMigration, completionMigration, learnersMigration],
}

export const PLATFORM = 'graphy'
const { signal } = new AbortController()

/** A course of ours that also runs on the platform, there under its course_id. */
export function externalCourse(shape: CourseShape = { required: 1 }): Course {
  const made = course(shape)
  return { ...made, version: { ...made.version, external_refs: [{ platform: PLATFORM, external_course_id: made.version.course_id }] } }
}

export const emailOf = (learner: Learner) => `${learner.userId}@learners.example`

/** A learner's row, as the specs read it. */
export interface LearnerRow {
  readonly id: string
  readonly email: string | null
  readonly enrollment_status: string
  readonly is_active: boolean
  readonly cycle: number
  readonly external_learner_id: string | null
  readonly completion_date: Date | null
  readonly completion_data: string | null
  readonly last_completion_check: Date | null
  readonly last_check_error: string | null
}

/** What the service does with enrollments and the Directory, without Kafka and jobs. */
export class Followers {
  readonly versions = new CourseVersionStore()
  /** Jobs enqueued, done by `resolve`. */
  readonly jobs: JobSpec<ResolveJob>[] = []
  /** The courses in which somebody became findable. */
  readonly findable: string[][] = []

  constructor(readonly dataSource: DataSource) {}

  publish(...courses: Course[]): Promise<Disposition[]> {
    const batch = courses.map(({ version }) => received(CourseVersionPublishedV1, version))
    return retryingTransaction(this.dataSource, (tx) => adoptCourseVersion(tx, this.versions, batch))
  }

  follow(...data: EnrollmentChangedV1[]): Promise<Disposition[]> {
    const batch = data.map((one) => received(EnrollmentChangedV1, one))
    const jobs = {
      enqueue: async (_tx: unknown, added: readonly JobSpec<object>[]) => void this.jobs.push(...(added as JobSpec<ResolveJob>[])),
    }
    return retryingTransaction(this.dataSource, async (tx) => {
      await followEnrollment(tx, this.versions, batch, new Date())
      return followLearners(tx, jobs, this.versions, batch)
    })
  }

  /** Does the enqueued jobs, with this Directory. */
  async resolve(person: (userId: string) => Promise<Person> = somebody): Promise<void> {
    const handler = resolveLearner({ dataSource: this.dataSource, directory: { learner: person }, onFindable: this.onFindable })
    for (const { data } of this.jobs.splice(0)) await handler(data, { id: 'job', attempt: 1, signal })
  }

  readonly onFindable = async (_tx: unknown, platform: string, externalCourseIds: readonly string[]): Promise<void> => {
    this.findable.push([platform, ...externalCourseIds])
  }

  /** Learners of the course whom the platform can be asked about. */
  async enrolled(it: Course, count: number): Promise<Learner[]> {
    const learners = Array.from({ length: count }, () => new Learner(it))
    await this.follow(...learners.map((learner) => learner.enrollment()))
    await this.resolve()
    return learners
  }

  async row({ key }: Learner): Promise<LearnerRow | undefined> {
    const rows = await this.dataSource.query<LearnerRow[]>('select * from learners where course_version_id = $1 and user_id = $2', [
      key.course_version_id,
      key.user_id,
    ])
    return rows[0]
  }
}

export async function somebody(userId: string): Promise<Person> {
  return { email: `${userId}@learners.example`, givenName: 'A', familyName: 'B' }
}

/** The platform in memory: what it says of each learner, and whom it was asked about. */
export class PlatformFixture implements LearningPlatform {
  readonly asked: string[] = []
  private readonly standings = new Map<string, Standing>()
  /** Runs before each answer, and may throw in its place. */
  onAsk: (email: string) => Promise<void> = async () => {}

  knows(learner: Learner, change: Partial<Standing> = {}): void {
    const standing = { externalLearnerId: `g-${learner.userId}`, isComplete: false, completedAt: null, evidence: '{"course":"x"}' }
    this.standings.set(emailOf(learner), { ...standing, ...change })
  }

  async standing(email: string): Promise<Standing | null> {
    this.asked.push(email)
    await this.onAsk(email)
    return this.standings.get(email) ?? null
  }
}

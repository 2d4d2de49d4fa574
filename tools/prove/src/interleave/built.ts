import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { REPOSITORY } from '@laurel/dev-stack'
import type { BatchHandler, RawRecord } from '@laurel/messaging'
import type { Migration, Tx } from '@laurel/postgres'
import type { DataSource } from 'typeorm'

/** A compiled proof takes compiled services; one that runs from source, in a spec, takes their sources. */
const BUILD = basename(dirname(__dirname))

const load = createRequire(__filename)
/** A file of a room, by its path below `src`. */
export const from = <T>(room: string, path: string): T => load(join(REPOSITORY, room, BUILD, path)) as T
/** A package, or a file of it. */
export const packaged = <T>(path: string): T => load(path) as T
const SERVICE = 'apps/completion-detection'

export interface CourseVersions {
  add(tx: Tx, versions: readonly CourseVersionPublishedV1[]): Promise<void>
}

/** A "complete" from outside, as completion-detection takes it. */
export interface Said {
  readonly courseVersionId: string
  readonly userId: string
  readonly detectedBy: 'webhook' | 'checker' | 'manual'
  readonly completedAt: Date | null
  readonly detectedFrom: string
}

export interface Observed {
  readonly ordinal: number
  readonly at: number
  readonly score: number | null
}

/** Takes the jobs that follow from a batch, in its transaction. */
export interface Enqueuing {
  enqueue(tx: Tx, jobs: readonly object[]): Promise<void>
}

interface Consumer {
  apply: BatchHandler
}

export interface Runner {
  run(
    batch: {
      readonly topic: string
      readonly partition: number
      readonly fetchedFrom: bigint
      readonly last: bigint
      readonly firstAfterSeek: boolean
      readonly records: readonly RawRecord[]
    },
    handler: BatchHandler,
  ): Promise<{ readonly kind: 'done' } | { readonly kind: 'seek'; readonly to: bigint }>
}

/** What of the relay is put in the place of Kafka and of time. */
export interface RelayParts {
  producer: { sendBatch(batch: { topicMessages: readonly Sent[] }): Promise<void> }
  sleep(ms: number): Promise<void>
  wake(): void
  stopped: boolean
  run(): Promise<void>
}

export interface Sent {
  readonly topic: string
  readonly messages: readonly { readonly key: Buffer | null; readonly headers: Readonly<Record<string, string>>; readonly value: Buffer }[]
}

const nothing = { inc: () => undefined }
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const SURROUNDINGS = { logger: silent, metrics: { deadLetters: nothing, parkedTotal: nothing, published: nothing } }

/** completion-detection and what it stands on, as built: what is scheduled is what runs. */
export const built = {
  database: (): { readonly schema: string; readonly migrations: readonly Migration[] } =>
    from<{ completionDatabase: { schema: string; migrations: Migration[] } }>(SERVICE, 'completion-detection.module').completionDatabase,

  courseVersions: (): CourseVersions =>
    new (from<{ CourseVersionStore: new () => CourseVersions }>('libs/course-versions', 'course-version-store').CourseVersionStore)(),

  consumers(versions: CourseVersions, jobs: Enqueuing): Readonly<Record<'lessons' | 'attempts' | 'enrollments', BatchHandler>> {
    const consumer = (file: string, name: string, ...more: unknown[]): BatchHandler => {
      const Class = from<Record<string, new (...args: unknown[]) => Consumer>>(SERVICE, `consumers/${file}.consumer`)[name]!
      const instance = new Class(versions, ...more)
      return (batch, context) => instance.apply(batch, context)
    }
    return {
      lessons: consumer('on-lesson-completed', 'OnLessonCompleted'),
      attempts: consumer('on-quiz-attempted', 'OnQuizAttempted'),
      enrollments: consumer('on-enrollment-changed', 'OnEnrollmentChanged', jobs),
    }
  },

  completeFromOutside: (tx: Tx, versions: CourseVersions, said: readonly Said[], now: Date): Promise<string[]> =>
    from<{ completeFromOutside(tx: Tx, versions: CourseVersions, said: readonly Said[], now: Date): Promise<string[]> }>(
      SERVICE,
      'use-cases/complete-from-outside',
    ).completeFromOutside(tx, versions, said, now),

  decodeLog: (log: Buffer): Observed[] => from<{ decodeLog(log: Buffer): Observed[] }>(SERVICE, 'domain/evidence-log').decodeLog(log),

  runner(dataSource: DataSource, group: string): Runner {
    const { PartitionRunner } = from<{ PartitionRunner: new (o: object) => Runner }>('libs/messaging', 'partition-runner')
    const retry = { attempts: 3, conflictAttempts: 20, firstPauseMs: 0, longestPauseMs: 0 }
    return new PartitionRunner({ ...SURROUNDINGS, service: 'completion-detection', group, dataSource, retry })
  },

  relay(dataSource: DataSource): RelayParts {
    const { OutboxRelay } = from<{ OutboxRelay: new (o: object) => RelayParts }>('libs/messaging', 'relay')
    return new OutboxRelay({ ...SURROUNDINGS, service: 'completion-detection', brokers: ['127.0.0.1:1'], dataSource })
  },
}

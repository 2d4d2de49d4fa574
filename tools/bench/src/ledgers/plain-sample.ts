import type { Bench } from '../frame/bench'
import { addCourseVersions } from '../seed/course-versions'
import { CopyRows } from '../seed/copy-format'
import { copyInto } from '../seed/load'
import { addLessonRow, ENROLLMENT_COLUMNS, LESSON_COLUMNS } from '../seed/rows'
import { completedRow } from './ledger-rows'
import { LedgerWorld } from './ledger-world'
import { mixedLessons, type LessonsDone } from './lessons-done'

/** Nobody has seen the plain way do more. */
const AT_MOST_PER_SECOND = 3_000
const EVENTS_PER_ENROLLMENT = 2.5
/** Part of the time that the plain way runs before the clock starts: it is measured too shortly for a cold start not to count. */
export const WARM_UP = 0.2

/** Enrollments of the same kind as a world's, but others: the plain way is measured on as many events as it can take in the time. */
export interface PlainSample {
  readonly world: LedgerWorld
  readonly lessons: LessonsDone
}

export function plainSample(world: LedgerWorld, events: number, seconds: number): PlainSample {
  const count = Math.min(events, Math.ceil(seconds * (1 + WARM_UP)) * AT_MOST_PER_SECOND)
  const sample = new LedgerWorld(
    { ...world.shape, enrollments: Math.ceil(count / EVENTS_PER_ENROLLMENT), space: 'plain sample' },
    world.seed,
  )
  return { world: sample, lessons: mixedLessons(sample, count) }
}

/** Adds the sample's courses, enrollments and lessons done before to a copy of the seeded tables of progress. */
export async function addPlainSample({ databases }: Bench, database: string, { world }: PlainSample): Promise<void> {
  await addCourseVersions(databases.url(database), 'progress', world.courseVersions())
  await databases.with(database, async (client) => {
    await client.query('set search_path to progress')
    await copyInto(client, 'enrollments', ENROLLMENT_COLUMNS, enrollmentRows(world))
    await copyInto(client, 'lesson_progress', LESSON_COLUMNS, doneRows(world))
    await client.query('checkpoint')
  })
}

function* enrollmentRows(world: LedgerWorld): Generator<Buffer> {
  const copy = new CopyRows()
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    const enrolledAt = world.timeOf(enrollment, 0)
    copy.row(7)
    copy.bytes(world.userId(enrollment))
    copy.bytes(world.versionId(world.versionOf(enrollment)))
    copy.timestamptz(enrolledAt)
    copy.int8(enrolledAt * 1_000)
    copy.timestamptz(enrolledAt)
    copy.bytes(Buffer.alloc(0))
    copy.int2(0)
    yield* copy.chunks()
  }
  yield* copy.end()
}

function* doneRows(world: LedgerWorld): Generator<Buffer> {
  const copy = new CopyRows()
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    for (let lesson = 0; lesson < world.doneBefore(enrollment); lesson++) addLessonRow(copy, completedRow(world, enrollment, lesson))
    yield* copy.chunks()
  }
  yield* copy.end()
}

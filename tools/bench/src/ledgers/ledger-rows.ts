import { CopyRows } from '../seed/copy-format'
import { addLessonRow, type LessonRow } from '../seed/rows'
import type { LedgerWorld } from './ledger-world'
import type { LessonsDone } from './lessons-done'
import type { Model } from './model'
import type { EvidenceFormat } from './shipped'

export const LEDGER_COLUMNS = 'course_version_id, user_id, cycle, cycle_started_at, status, revision, done, evidence, pages'
export const PAGE_COLUMNS = 'course_version_id, user_id, cycle, page, entries'
export const EXPECTED_COLUMNS = 'course_version_id, user_id, done, completed_at'

const ACTIVE = Buffer.from('active')
const PARTITIONS = 12
const SECOND = 1_000

/** Every ledger before the clock starts, active and in its first cycle, as one event after the other would have left it. */
export function* ledgerChunks(world: LedgerWorld, format: EvidenceFormat): Generator<Buffer> {
  const copy = new CopyRows()
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    const { tail, pages } = logOf(world, enrollment, format)
    addKey(copy, world, enrollment, 9)
    copy.int4(1)
    copy.timestamptz(0)
    copy.bytes(ACTIVE)
    copy.int8(world.timeOf(enrollment, 0) * 1_000)
    copy.varbit(
      world.lessons,
      Array.from({ length: world.doneBefore(enrollment) }, (_, lesson) => lesson),
    )
    copy.bytes(tail)
    copy.int4(pages.length)
    yield* copy.chunks()
  }
  yield* copy.end()
}

/** The older evidence of ledgers whose own row cannot hold it all. */
export function* pageChunks(world: LedgerWorld, format: EvidenceFormat): Generator<Buffer> {
  const copy = new CopyRows()
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    for (const [index, page] of logOf(world, enrollment, format).pages.entries()) {
      addKey(copy, world, enrollment, 5)
      copy.int4(1)
      copy.int4(index + 1)
      copy.bytes(page)
      yield* copy.chunks()
    }
  }
  yield* copy.end()
}

/** What every ledger must say afterwards. */
export function* expectedChunks(world: LedgerWorld, model: Model): Generator<Buffer> {
  const copy = new CopyRows()
  for (let enrollment = 0; enrollment < world.enrollments; enrollment++) {
    const completedAt = model.completedAt(enrollment)
    addKey(copy, world, enrollment, 4)
    copy.varbit(world.lessons, model.doneBy(enrollment))
    if (completedAt === null) copy.null()
    else copy.timestamptz(completedAt)
    yield* copy.chunks()
  }
  yield* copy.end()
}

/** The events as rows of lesson_progress. */
export function lessonCopy(world: LedgerWorld, { count, enrollments, lessons }: LessonsDone): Buffer[] {
  const copy = new CopyRows()
  for (let index = 0; index < count; index++) addLessonRow(copy, completedRow(world, enrollments[index]!, lessons[index]!))
  return copy.end()
}

export function completedRow(world: LedgerWorld, enrollment: number, lesson: number): LessonRow {
  const version = world.versionOf(enrollment)
  return {
    userId: world.userId(enrollment),
    lessonId: world.lessonId(version, lesson),
    versionId: world.versionId(version),
    at: world.timeOf(enrollment, lesson),
    percentage: 100,
  }
}

function addKey(copy: CopyRows, world: LedgerWorld, enrollment: number, fields: number): void {
  copy.row(fields)
  copy.bytes(world.versionId(world.versionOf(enrollment)))
  copy.bytes(world.userId(enrollment))
}

function logOf(world: LedgerWorld, enrollment: number, { encodeLog, rowBytes }: EvidenceFormat): { tail: Buffer; pages: Buffer[] } {
  const log = encodeLog(
    Array.from({ length: world.doneBefore(enrollment) }, (_, lesson) => ({
      ordinal: lesson,
      at: world.timeOf(enrollment, lesson),
      score: null,
      receivedAt: world.timeOf(enrollment, lesson) + SECOND,
      partition: enrollment % PARTITIONS,
      offset: lesson * world.enrollments + enrollment,
    })),
  )
  const entry = log.length / Math.max(1, world.doneBefore(enrollment))
  const full = entry * Math.max(1, Math.floor(rowBytes / Math.max(1, entry)))
  const pages: Buffer[] = []
  let from = 0
  for (; log.length - from > full; from += full) pages.push(log.subarray(from, from + full))
  return { tail: log.subarray(from), pages }
}

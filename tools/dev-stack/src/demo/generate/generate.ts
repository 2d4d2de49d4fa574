import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { ENROLLMENT_FIELDS, FILES } from '../input/files'
import { foreignHeaders } from '../input/foreign-headers'
import type { EventLine } from '../input/event-line'
import { routeOf } from '../model/route'
import { courseCatalogue } from './course-catalogue'
import { learner } from './learner'
import type { LearnerRecord } from './learner-records'
import { malformedMessages } from './malformed'
import { Random } from './random'
import { ShuffledLines } from './shuffled-lines'
import { TextFile } from './text-file'

export interface GenerateOptions {
  /** Where the three files go; made when missing, files of an earlier run are replaced. */
  readonly dir: string
  readonly learners: number
  readonly seed: number
}

const OPENS_AT = Date.UTC(2025, 0, 6, 8)
const DUPLICATES = 0.05

/**
 * Writes a demo input. The same numbers give the same bytes; other numbers give other ids throughout, so that several
 * inputs can go through one stack. Memory does not grow with the number of learners.
 *
 * @throws RangeError when `learners` is not a positive or `seed` not a non-negative integer.
 */
export async function generate({ dir, learners, seed }: GenerateOptions): Promise<void> {
  if (!Number.isSafeInteger(learners) || learners < 1) throw new RangeError(`learners must be a positive integer (got ${learners})`)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed must be an integer of 0 or more (got ${seed})`)
  const random = new Random(`laurel demo input, ${learners} learners, seed ${seed}`)
  await mkdir(dir, { recursive: true })
  const versions = courseCatalogue(random, new Date(OPENS_AT - 7 * 86_400_000))
  const stage = { random, versions, opensAt: OPENS_AT, orgs: [random.uuid(), random.uuid(), random.uuid()], prefixes: new Set<string>() }

  const versionsFile = await TextFile.create(join(dir, FILES.courseVersions))
  await versionsFile.write(`${JSON.stringify(versions, null, 1)}\n`)
  await versionsFile.close()

  const enrollmentsFile = await TextFile.create(join(dir, FILES.enrollments))
  await enrollmentsFile.write(stringify([ENROLLMENT_FIELDS]))
  const eventsFile = await TextFile.create(join(dir, FILES.events))
  const events = new ShuffledLines(random, (line) => eventsFile.write(line))
  const malformed = malformedMessages(versions[0]!, new Date(OPENS_AT).toISOString(), random)
  for (let number = 0; number < learners; number++) {
    const { enrollments, records } = learner(number, stage)
    await enrollmentsFile.write(stringify(enrollments, { columns: [...ENROLLMENT_FIELDS] }))
    for (const record of records) for (const line of linesOf(record, random)) await events.add(JSON.stringify(line))
    for (const line of share(malformed, number, learners)) await events.add(JSON.stringify(line))
  }
  await events.end()
  await eventsFile.close()
  await enrollmentsFile.close()
}

/** The record, now and then twice: as a repeat with the same id, or as a second report of the same fact. */
function linesOf(record: LearnerRecord, random: Random): EventLine[] {
  const line = lineOf(record, random)
  if (!random.chance(DUPLICATES)) return [line]
  return [line, random.chance(0.5) ? line : lineOf(record, random)]
}

/** What goes by REST has no headers. */
function lineOf({ topic, data, at }: LearnerRecord, random: Random): EventLine {
  if (routeOf(data.user_id) === 'rest') return { topic, data }
  return { topic, headers: foreignHeaders(topic, random.uuid(), new Date(at).toISOString()), data }
}

/** The n-th of `parts` near-equal slices. */
function share<T>(items: readonly T[], n: number, parts: number): T[] {
  return items.slice(Math.floor((items.length * n) / parts), Math.floor((items.length * (n + 1)) / parts))
}

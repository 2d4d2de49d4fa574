import type { Client } from 'pg'
import type { Findings } from '../../findings'
import type { LessonModel } from '../lesson-model'
import type { Model } from '../model'
import { cyclesOf, isOpen, type Cycles } from './cycles'

interface Row {
  key: string
  cycle: number | null
  lesson_id: string
  status: string
  progress_percentage: number
  started_at: Date | null
  last_accessed_at: Date
  completed_at: Date | null
}

/** Lessons that are complete in the open cycle by the table, by enrollment. */
export type CompleteLessons = ReadonlyMap<string, ReadonlySet<string>>

const COLUMNS = `enrolled_course_version_id || ':' || user_id as key, lesson_id, status, progress_percentage, started_at, last_accessed_at, completed_at`

/** Compares every row of lesson_progress, and of its archive, with the model. */
export async function checkLessons(client: Client, model: Model, cycles: Cycles, findings: Findings): Promise<CompleteLessons> {
  const { rows } = await client.query<Row>(
    `select null as cycle, ${COLUMNS} from progress.lesson_progress
     union all
     select cycle, ${COLUMNS} from progress.lesson_progress_archive`,
  )
  const byEnrollment = Map.groupBy(rows, (row) => row.key)
  for (const [key, { lessons }] of model.enrollments) {
    const own = byEnrollment.get(key) ?? []
    for (const cycle of cyclesOf(cycles, key)) {
      const ofCycle = own.filter((row) => (isOpen(cycle) ? row.cycle === null : row.cycle === cycle.number))
      checkCycle(`cycle ${cycle.number} of ${key}`, lessons.during(cycle), ofCycle, findings)
    }
  }
  for (const key of byEnrollment.keys()) if (!model.enrollments.has(key)) findings.add('wrong', `lessons of ${key}, whom nobody enrolled`)
  const isComplete = (row: Row) => row.cycle === null && row.completed_at !== null
  return new Map([...byEnrollment].map(([key, own]) => [key, new Set(own.filter(isComplete).map((row) => row.lesson_id))]))
}

function checkCycle(what: string, lessons: LessonModel, rows: readonly Row[], findings: Findings): void {
  const found = new Map(rows.map((row) => [row.lesson_id, row]))
  for (const lessonId of lessons.recorded) if (!found.has(lessonId)) findings.add('lost', `lesson ${lessonId} in ${what} has no row`)
  for (const [lessonId, row] of found) {
    const mismatch = lessons.mismatch(lessonId, {
      status: row.status,
      percentage: row.progress_percentage,
      startedAt: row.started_at?.getTime() ?? null,
      lastAccessedAt: row.last_accessed_at.getTime(),
      completedAt: row.completed_at?.getTime() ?? null,
    })
    if (mismatch) findings.add(mismatch.kind, `lesson ${lessonId} in ${what}: ${mismatch.what}`)
  }
}

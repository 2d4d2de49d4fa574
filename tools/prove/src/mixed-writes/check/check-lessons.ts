import type { Client } from 'pg'
import type { Findings } from '../../findings'
import type { Model } from '../model'

interface Row {
  key: string
  lesson_id: string
  status: string
  progress_percentage: number
  started_at: Date | null
  last_accessed_at: Date
  completed_at: Date | null
}

/** Lessons that are complete in the table, by enrollment. */
export type CompleteLessons = ReadonlyMap<string, ReadonlySet<string>>

/** Compares every row of lesson_progress with the model. */
export async function checkLessons(client: Client, model: Model, findings: Findings): Promise<CompleteLessons> {
  const { rows } = await client.query<Row>(
    `select enrolled_course_version_id || ':' || user_id as key, lesson_id, status, progress_percentage, started_at, last_accessed_at, completed_at
       from progress.lesson_progress`,
  )
  const byEnrollment = Map.groupBy(rows, (row) => row.key)
  for (const [key, { lessons }] of model.enrollments) {
    const found = new Map((byEnrollment.get(key) ?? []).map((row) => [row.lesson_id, row]))
    for (const lessonId of lessons.recorded) if (!found.has(lessonId)) findings.add('lost', `lesson ${lessonId} of ${key} has no row`)
    for (const [lessonId, row] of found) {
      const mismatch = lessons.mismatch(lessonId, {
        status: row.status,
        percentage: row.progress_percentage,
        startedAt: row.started_at?.getTime() ?? null,
        lastAccessedAt: row.last_accessed_at.getTime(),
        completedAt: row.completed_at?.getTime() ?? null,
      })
      if (mismatch) findings.add(mismatch.kind, `lesson ${lessonId} of ${key}: ${mismatch.what}`)
    }
  }
  for (const key of byEnrollment.keys()) if (!model.enrollments.has(key)) findings.add('wrong', `lessons of ${key}, whom nobody enrolled`)
  return new Map(
    [...byEnrollment].map(([key, some]) => [key, new Set(some.filter((row) => row.completed_at !== null).map((row) => row.lesson_id))]),
  )
}

import { Client } from 'pg'
import { addCourseVersions } from './course-versions'
import { copyInto, withoutIndexes } from './load'
import { courseVersions, ENROLLMENT_COLUMNS, enrollmentChunks, LESSON_COLUMNS, lessonChunks } from './rows'
import type { World } from './world'

/**
 * Fills the empty schema of progress with a world, as a superuser, whom row-level security does not concern.
 *
 * @param onRows told now and then how many rows of lesson_progress are copied
 */
export async function loadProgress(adminUrl: string, world: World, onRows: (rows: number) => void): Promise<void> {
  await addCourseVersions(adminUrl, 'progress', courseVersions(world))
  const client = new Client({ connectionString: adminUrl, application_name: 'laurel-bench' })
  await client.connect()
  try {
    await client.query(`set search_path to progress; set maintenance_work_mem to '512MB'; set synchronous_commit to off`)
    await withoutIndexes(client, ['enrollments', 'lesson_progress'], async () => {
      await copyInto(client, 'enrollments', ENROLLMENT_COLUMNS, enrollmentChunks(world))
      await copyInto(client, 'lesson_progress', LESSON_COLUMNS, lessonChunks(world, onRows))
    })
    await client.query('vacuum (analyze) enrollments, lesson_progress, course_version')
  } finally {
    await client.end()
  }
}

import type { Progress } from '@laurel/dev-stack'
import type { Databases } from '../frame/databases'
import { number } from '../frame/print'
import { addCourseVersions } from './course-versions'
import { copyInto, withoutIndexes } from './load'
import { courseVersions, ENROLLMENT_COLUMNS, enrollmentChunks, LESSON_COLUMNS, lessonChunks } from './rows'
import { seedOnce, type SeedingServers } from './seed-once'
import type { World } from './world'

/** Never written to: benchmarks work on copies of it. */
export const SEEDED = 'laurel_bench_seed'

/** Makes the seeded database, or takes that of an earlier run when its rows, seed and schema are the same. */
export async function ensureSeeded(o: SeedingServers & { readonly world: World }): Promise<void> {
  const { world, progress, databases } = o
  await seedOnce(o, {
    database: SEEDED,
    service: 'progress',
    remark: { rows: world.rows, seed: world.seed },
    what: `${number(world.rows)} rows of lesson_progress in ${number(world.enrollments)} enrollments`,
    load: () => load(databases, world, progress),
  })
}

/** As a superuser, whom row-level security does not concern. */
async function load(databases: Databases, world: World, progress: Progress): Promise<void> {
  await addCourseVersions(databases.url(SEEDED), 'progress', courseVersions(world))
  await databases.with(SEEDED, async (client) => {
    await client.query(`set search_path to progress; set maintenance_work_mem to '512MB'; set synchronous_commit to off`)
    await withoutIndexes(client, ['enrollments', 'lesson_progress'], async () => {
      await copyInto(client, 'enrollments', ENROLLMENT_COLUMNS, enrollmentChunks(world))
      await copyInto(client, 'lesson_progress', LESSON_COLUMNS, lessonChunks(world, everyTenth(world, progress)))
      if (world.rows >= 1_000_000) progress.note('making the indexes')
    })
    await client.query('vacuum (analyze) enrollments, lesson_progress, course_version')
  })
}

/** Says how far the copying is, where it takes long. */
function everyTenth(world: World, progress: Progress): (rows: number) => void {
  let said = 0
  return (rows) => {
    if (world.rows < 1_000_000 || rows - said < world.rows / 10) return
    said = rows
    progress.note(`${number(rows)} rows copied`)
  }
}

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CourseVersionStore } from '@laurel/course-versions'
import type { Progress } from '@laurel/dev-stack'
import { createDataSource, transaction } from '@laurel/postgres'
import type { Closing } from '../frame/closing'
import type { Databases } from '../frame/databases'
import { startProgressService } from '../frame/start-progress-service'
import { number } from '../frame/print'
import { SCHEMA_SOURCES } from '../paths'
import { copyInto, withoutIndexes } from './load'
import { courseVersions, ENROLLMENT_COLUMNS, enrollmentChunks, LESSON_COLUMNS, lessonChunks } from './rows'
import type { World } from './world'

/** Never written to: benchmarks work on copies of it. */
export const SEEDED = 'laurel_bench_seed'

export interface SeedOptions {
  readonly databases: Databases
  readonly world: World
  readonly brokers: readonly string[]
  readonly progress: Progress
  readonly closing: Closing
}

/** Makes the seeded database, or takes that of an earlier run when its rows, seed and schema are the same. */
export async function ensureSeeded({ databases, world, brokers, progress, closing }: SeedOptions): Promise<void> {
  const wanted = JSON.stringify({ rows: world.rows, seed: world.seed, schema: schemaHash() })
  if ((await databases.remark(SEEDED)) === wanted) {
    await databases.provision(SEEDED)
    return progress.note(`${number(world.rows)} rows of lesson_progress are there from an earlier run (seed ${world.seed})`)
  }
  await progress.step('schema', async () => {
    await databases.createEmpty(SEEDED)
    const service = await startProgressService(closing, {
      name: 'progress-migrations',
      role: 'api',
      databaseUrl: databases.serviceUrl(SEEDED),
      brokers,
    })
    await service.ready()
    await service.stop()
    return { done: 'schema, made by the service itself', value: undefined }
  })
  await progress.step('seeding', async () => {
    await load(databases, world, progress)
    return { done: `${number(world.rows)} rows of lesson_progress in ${number(world.enrollments)} enrollments, vacuumed`, value: undefined }
  })
  await databases.setRemark(SEEDED, wanted)
}

/** As a superuser, whom row-level security does not concern. */
async function load(databases: Databases, world: World, progress: Progress): Promise<void> {
  await addCourseVersions(databases, world)
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

async function addCourseVersions(databases: Databases, world: World): Promise<void> {
  const dataSource = createDataSource({ url: databases.url(SEEDED), schema: 'progress', applicationName: 'laurel-bench', migrations: [] })
  await dataSource.initialize()
  try {
    await transaction(dataSource, (tx) => new CourseVersionStore().add(tx, courseVersions(world)))
  } finally {
    await dataSource.destroy()
  }
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

function schemaHash(): string {
  const files = SCHEMA_SOURCES.flatMap((path) =>
    statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
  )
  const hash = createHash('sha256')
  for (const file of files.filter((name) => name.endsWith('.js')).sort()) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

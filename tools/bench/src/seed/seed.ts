import type { Progress } from '@laurel/dev-stack'
import { number } from '../frame/print'
import { loadProgress } from './load-progress'
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
    load: () => loadProgress(databases.url(SEEDED), world, everyTenth(world, progress)),
  })
}

/** Says how far the copying is, where it takes long. */
function everyTenth(world: World, progress: Progress): (rows: number) => void {
  let said = 0
  return (rows) => {
    if (world.rows < 1_000_000 || rows - said < world.rows / 10) return
    said = rows
    progress.note(`${number(rows)} rows copied`)
    if (rows === world.rows) progress.note('making the indexes')
  }
}

import type { Bench } from '../frame/bench'
import { number } from '../frame/print'
import { addCourseVersions } from '../seed/course-versions'
import { copyInto, withoutIndexes } from '../seed/load'
import { seedOnce } from '../seed/seed-once'
import { LEDGER_COLUMNS, ledgerChunks, PAGE_COLUMNS, pageChunks } from './ledger-rows'
import type { LedgerWorld } from './ledger-world'
import { evidenceFormat } from './shipped'

/**
 * Makes the database of a world, or takes that of an earlier run.
 *
 * @returns its name; never written to: measurements work on copies of it
 */
export async function ensureLedgers(bench: Bench, world: LedgerWorld): Promise<string> {
  const { databases, infra, progress, closing } = bench
  const { shape, seed } = world
  const database = `laurel_bench_ledgers_${shape.lessons}${shape.isBegun ? '' : '_new'}`
  await seedOnce(
    { databases, progress, closing, brokers: infra.kafka.brokers },
    {
      database,
      service: 'completion-detection',
      remark: { ...shape, seed },
      what: `${number(world.doneItems)} done items in ${number(world.enrollments)} ledgers of courses of ${world.lessons}`,
      load: () => loadLedgers(bench, database, world),
    },
  )
  return database
}

async function loadLedgers({ databases }: Bench, database: string, world: LedgerWorld): Promise<void> {
  const format = evidenceFormat()
  await addCourseVersions(databases.url(database), 'completion', world.courseVersions())
  await databases.with(database, async (client) => {
    await client.query(`set search_path to completion; set maintenance_work_mem to '512MB'; set synchronous_commit to off`)
    await withoutIndexes(client, ['completion_ledger', 'evidence_page'], async () => {
      await copyInto(client, 'completion_ledger', LEDGER_COLUMNS, ledgerChunks(world, format))
      await copyInto(client, 'evidence_page', PAGE_COLUMNS, pageChunks(world, format))
    })
    await client.query('vacuum (analyze) completion_ledger, evidence_page, course_version')
  })
}

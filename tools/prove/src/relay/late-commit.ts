import { randomUUID } from 'node:crypto'
import { CourseVersionPublishedV1, ceHeaders } from '@laurel/contracts'
import { RECORD_HEADER } from '../load/rough-producer'
import { count, type StackRun } from '../stack-proof/stack-proof'
import { withClient } from '../stage/with-client'

/** As which the late record says that it comes. */
export const LATE_SOURCE = '/prove/courses'

/**
 * Draws an id in progress's outbox and commits it only when later ones are published: the record, a course version that all
 * know, must come out all the same.
 */
export async function commitLate(run: StackRun, heldMs: number): Promise<void> {
  const version = run.load.cohorts.all.versions.values().next().value?.data
  if (version === undefined) return
  const id = randomUUID()
  const time = new Date().toISOString()
  const headers = { ...ceHeaders({ id, source: LATE_SOURCE, type: CourseVersionPublishedV1.type, time }), [RECORD_HEADER]: id }
  await withClient(run.stack.adminUrl, async (client) => {
    await client.query('begin')
    await client.query('insert into progress.outbox (topic, key, headers, payload) values ($1, $2, $3, $4)', [
      CourseVersionPublishedV1.topic,
      Buffer.from(CourseVersionPublishedV1.key(version)),
      JSON.stringify(headers),
      Buffer.from(JSON.stringify(version)),
    ])
    await run.sleep(heldMs)
    await client.query('commit')
  })
  run.load.producer.expect(CourseVersionPublishedV1.topic, id)
  count(run, 'transaction open below committed ones')
}

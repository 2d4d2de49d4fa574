import { query, type Tx } from '@laurel/postgres'

const NEXT = {
  name: 'course-version-next-to-sweep',
  text: `select course_version_id as id from course_version where $1::uuid is null or course_version_id > $1 order by course_version_id limit 1`,
}

/** The course version that a sweep comes to after this one, or first of all; null at the end. */
export async function nextVersionToSweep(tx: Tx, after: string | null): Promise<string | null> {
  const [version] = await query<{ id: string }>(tx, NEXT, [after])
  return version?.id ?? null
}

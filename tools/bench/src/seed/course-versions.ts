import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { CourseVersionStore } from '@laurel/course-versions'
import { createDataSource, transaction } from '@laurel/postgres'

/** Adds course versions to the schema of a service, as a superuser. */
export async function addCourseVersions(url: string, schema: string, versions: readonly CourseVersionPublishedV1[]): Promise<void> {
  const dataSource = createDataSource({ url, schema, applicationName: 'laurel-bench', migrations: [] })
  await dataSource.initialize()
  try {
    await transaction(dataSource, (tx) => new CourseVersionStore().add(tx, versions))
  } finally {
    await dataSource.destroy()
  }
}

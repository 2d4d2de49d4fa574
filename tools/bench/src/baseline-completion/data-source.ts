import { DataSource } from 'typeorm'
import { CourseVersion, Enrollment, LessonProgress } from '../baseline/entities'

/** TypeORM as most services set it up; initialised. */
export function plainDataSource(url: string): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url,
    schema: 'progress',
    poolSize: 10,
    entities: [Enrollment, LessonProgress, CourseVersion],
    installExtensions: false,
  }).initialize()
}

import { ApiParam } from '@nestjs/swagger'
import { EXAMPLE } from './body-fields'

/** Documents a UUID in the path, beside `@Param(name, UuidPipe)`. */
export const UuidParam = (name: string, description: string, example: string) =>
  ApiParam({ name, description, schema: { type: 'string', format: 'uuid', example } })

export const CourseParam = () => UuidParam('id', 'A course version, or a course', EXAMPLE.version)
export const LearnerParam = () => UuidParam('user_id', 'The learner', EXAMPLE.user)
export const ImportParam = () => UuidParam('import_id', 'The caller’s choice', EXAMPLE.import)

import { UuidParam } from '@laurel/service-shell'

export const CourseParam = () => UuidParam('id', 'A course version, or a course', 'version')
export const LearnerParam = () => UuidParam('user_id', 'The learner', 'user')
export const ImportParam = () => UuidParam('import_id', 'The caller’s choice', 'import')

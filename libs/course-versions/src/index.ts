export { adoptCourseVersion } from './adopt-course-version'
export { arrivedCourseVersions, awaitedCourseVersion } from './awaited'
export { CourseVersionStore, type CourseItem, type CourseVersion, type ExternalRef } from './course-version-store'
export { courseVersionsMigration } from './migration'

import { createHash } from 'node:crypto'
import { problem } from './http/reply'
import type { Route } from './http/router'
import { isUuid } from './uuid'

/** Assessment: a whole score from 0 to 100 that follows from the learner and the course version. */
export function assessmentRoutes(): Route[] {
  return [
    {
      method: 'GET',
      path: '/assessment/users/:user_id/course-versions/:course_version_id/score',
      target: 'assessment',
      answer: ({ params }) => {
        for (const name of ['user_id', 'course_version_id']) {
          if (!isUuid(params[name])) return problem(400, `${name} must be a UUID`, name)
        }
        const fact = `${params.user_id}|${params.course_version_id}`.toLowerCase()
        const score = createHash('sha256').update(fact).digest().readUInt32BE() % 101
        return { status: 200, body: { score } }
      },
    },
  ]
}

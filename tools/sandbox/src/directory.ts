import { problem } from './http/reply'
import type { Route } from './http/router'
import { isUuid } from './uuid'

/** Directory: every UUID is a learner, whose name and address follow from it and are no real person's. */
export function directoryRoutes(): Route[] {
  return [
    {
      method: 'GET',
      path: '/directory/users/:user_id',
      target: 'directory',
      answer: ({ params: { user_id } }) => {
        if (!isUuid(user_id)) return problem(400, 'user_id must be a UUID', 'user_id')
        // The whole id, so that no two learners share an address: Credly tells earners apart by it.
        const handle = user_id.toLowerCase().replaceAll('-', '')
        const email = `learner-${handle}@learners.example`
        return { status: 200, body: { user_id, email, given_name: 'Learner', family_name: handle.slice(0, 8) } }
      },
    },
  ]
}

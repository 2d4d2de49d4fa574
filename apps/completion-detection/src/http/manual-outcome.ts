import { Problem } from '@laurel/service-shell'
import type { OutsideOutcome } from '../use-cases/complete-from-outside'

/** Why a manual completion completed nothing; null when it did. */
export function refusalOf(outcome: OutsideOutcome): Problem | null {
  switch (outcome) {
    case 'completed':
      return null
    case 'already-complete':
      return Problem.conflict('the open cycle is complete already; a revoked completion is final for its cycle')
    case 'not-active':
      return Problem.conflict('the enrollment is not active')
    case 'other-cycle': {
      const detail = 'completed_at must not be before the open cycle began'
      return new Problem(409, detail, { errors: [{ field: 'completed_at', detail }] })
    }
    case 'unknown-course-version':
      return Problem.notFound('the course version has not arrived')
    default:
      return outcome satisfies never
  }
}

import type { Enrollment } from './enrollment'

/** 0-100 as learners and administrators see it: 100 once the enrollment is completed, whatever way that came; else the rule's figure. */
export function shownPercentage({ status, percentage }: Pick<Enrollment, 'status' | 'percentage'>): number {
  return status === 'completed' ? 100 : percentage
}

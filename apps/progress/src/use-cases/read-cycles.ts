import type { Rule } from '@laurel/course-rule'
import type { Tx } from '@laurel/postgres'
import { lessonsDone } from '../domain/done-items'
import type { Enrollment } from '../domain/enrollment'
import { shownPercentage } from '../domain/shown-percentage'
import { cyclesOf } from '../persistence/archive-store'
import type { EnrollmentKey } from '../persistence/enrollment-store'

/** How a learner stands in one cycle; in a closed one, how they stood when it was closed and what was decided of it later. */
export interface CycleStanding {
  readonly enrollment: Enrollment
  /** Null for the open cycle. */
  readonly closedAt: Date | null
  /** 0-100 by the course rule; 100 when completed. */
  readonly percentage: number
  readonly completedLessons: number
  readonly totalLessons: number
}

/** Every cycle of an enrollment, newest first, all of one moment. */
export async function readCycles(tx: Tx, key: EnrollmentKey, rule: Rule): Promise<CycleStanding[]> {
  const totalLessons = rule.items.filter((item) => item.kind === 'lesson').length
  const cycles = await cyclesOf(tx, key)
  return cycles.map(({ enrollment, closedAt }) => ({
    enrollment,
    closedAt,
    percentage: shownPercentage(enrollment),
    completedLessons: lessonsDone(rule, enrollment.doneItems),
    totalLessons,
  }))
}

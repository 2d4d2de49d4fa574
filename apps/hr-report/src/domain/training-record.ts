/** A completion as HR is to know it, with what its course version says of it. */
export interface TrainingRecord {
  readonly completionId: string
  readonly userId: string
  readonly courseId: string
  readonly courseVersionId: string
  /** Recertification cycle, counted from 1. */
  readonly cycle: number
  readonly completedAt: Date
  /** 0-100; null without required quizzes. */
  readonly score: number | null
  readonly orgId: string | null
  readonly courseTitle: string
  /** Null when the version names none for HR. */
  readonly courseCode: string | null
  readonly creditHours: number | null
}

/** The body that HR systems take. */
export interface HrTrainingRecord {
  readonly completion_id: string
  readonly user_id: string
  readonly course_id: string
  readonly course_version_id: string
  readonly course_title: string
  readonly course_code?: string
  readonly credit_hours?: number
  readonly cycle: number
  readonly completed_at: string
  readonly score?: number
  readonly org_id?: string
}

/**
 * What is pushed for a record. It holds only facts that never change, so each push of a record has the same body, as
 * its idempotency key demands. Absent facts are left out.
 */
export function toHrRecord(record: TrainingRecord): HrTrainingRecord {
  return {
    completion_id: record.completionId,
    user_id: record.userId,
    course_id: record.courseId,
    course_version_id: record.courseVersionId,
    course_title: record.courseTitle,
    ...(record.courseCode !== null && { course_code: record.courseCode }),
    ...(record.creditHours !== null && { credit_hours: record.creditHours }),
    cycle: record.cycle,
    completed_at: record.completedAt.toISOString(),
    ...(record.score !== null && { score: record.score }),
    ...(record.orgId !== null && { org_id: record.orgId }),
  }
}

/** What is known to have happened with one lesson of one enrollment; a minimum or maximum of event times per field. */
export interface LessonMark {
  readonly userId: string
  readonly courseVersionId: string
  readonly lessonId: string
  /** 0-100; 100 completes the lesson. */
  readonly percentage: number
  readonly startedAt: Date
  readonly lastAccessedAt: Date
  /** Earliest time at which the lesson was complete. */
  readonly completedAt: Date | null
}

/** One report: at `at` the lesson stood at this percentage. */
export function lessonMark(key: Pick<LessonMark, 'userId' | 'courseVersionId' | 'lessonId'>, percentage: number, at: Date): LessonMark {
  return { ...key, percentage, startedAt: at, lastAccessedAt: at, completedAt: percentage === 100 ? at : null }
}

/** The lesson of one enrollment. */
export function markKey(mark: Pick<LessonMark, 'userId' | 'courseVersionId' | 'lessonId'>): string {
  return `${mark.userId}:${mark.courseVersionId}:${mark.lessonId}`
}

/** Merges marks of the same lesson: the same result in any order and with any repetition. Order of first occurrence. */
export function mergeMarks(marks: readonly LessonMark[]): LessonMark[] {
  const merged = new Map<string, LessonMark>()
  for (const mark of marks) {
    const key = markKey(mark)
    const known = merged.get(key)
    merged.set(key, known ? combine(known, mark) : mark)
  }
  return [...merged.values()]
}

function combine(a: LessonMark, b: LessonMark): LessonMark {
  return {
    ...a,
    percentage: Math.max(a.percentage, b.percentage),
    startedAt: earlier(a.startedAt, b.startedAt),
    lastAccessedAt: a.lastAccessedAt > b.lastAccessedAt ? a.lastAccessedAt : b.lastAccessedAt,
    completedAt: a.completedAt && b.completedAt ? earlier(a.completedAt, b.completedAt) : (a.completedAt ?? b.completedAt),
  }
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}

import type { Mark, Time } from './writes'

/** A time that is known to lie between two, both included. */
export interface Span {
  readonly from: Time
  readonly to: Time
}

/** A cycle of an enrollment: from its start until the next one's, Infinity where that has not come. */
export interface Cycle {
  readonly number: number
  readonly from: Time
  readonly to: Time
}

interface Seen {
  readonly percentage: number
  readonly span: Span
  readonly source: 'reported' | 'announced'
  /** Whether the writer was told that it is recorded; else it may be. */
  readonly isCertain: boolean
}

/** A lesson's row. */
export interface LessonRow {
  readonly status: string
  readonly percentage: number
  readonly startedAt: Time | null
  readonly lastAccessedAt: Time
  readonly completedAt: Time | null
}

export type Announcement = 'must' | 'may' | 'must not'

/**
 * The lessons of one enrollment. Progress never falls: percentage is the maximum, completed stays, started_at and
 * completed_at are the earliest, last_accessed_at the latest, by event time and in any order.
 */
export class LessonModel {
  private readonly seen = new Map<string, Seen[]>()

  add({ lessonId, percentage }: Mark, span: Span, how: Pick<Seen, 'source' | 'isCertain'>): void {
    const known = this.seen.get(lessonId)
    const one = { percentage, span, ...how }
    if (known) known.push(one)
    else this.seen.set(lessonId, [one])
  }

  /**
   * The part that belongs to a cycle: an event belongs to the one that was open at its time. What may have happened in
   * another cycle is uncertain.
   */
  during({ from, to }: Cycle): LessonModel {
    const part = new LessonModel()
    for (const [lessonId, seen] of this.seen) {
      for (const { percentage, span, source, isCertain } of seen) {
        if (span.to < from || span.from >= to) continue
        const isWithin = span.from >= from && span.to < to
        const clipped = { from: Math.max(span.from, from), to: Math.min(span.to, to - 1) }
        part.add({ lessonId, percentage, at: null }, clipped, { source, isCertain: isCertain && isWithin })
      }
    }
    return part
  }

  /** Lessons that must have a row. */
  get recorded(): string[] {
    return [...this.seen].filter(([, seen]) => seen.some(({ isCertain }) => isCertain)).map(([lessonId]) => lessonId)
  }

  /** Lessons of which anything was sent. */
  get known(): Iterable<string> {
    return this.seen.keys()
  }

  /** What is wrong with the row of a lesson, naming the column; null when it is as it must be. */
  mismatch(lessonId: string, row: LessonRow): { readonly kind: 'lost' | 'wrong'; readonly what: string } | null {
    const all = this.seen.get(lessonId) ?? []
    const certain = all.filter(({ isCertain }) => isCertain)
    const least = Math.max(-1, ...certain.map(({ percentage }) => percentage))
    if (row.percentage < least) return { kind: 'lost', what: `progress_percentage is ${row.percentage}, ${least} was acknowledged` }
    if (!all.some(({ percentage }) => percentage === row.percentage)) {
      return { kind: 'wrong', what: `progress_percentage is ${row.percentage}, which nobody wrote` }
    }
    const status = row.percentage === 100 ? 'completed' : row.percentage > 0 ? 'in_progress' : 'not_started'
    if (row.status !== status) return { kind: 'wrong', what: `status is ${row.status} at ${row.percentage} %` }
    const [allDone, certainDone] = [all, certain].map((some) => some.filter(({ percentage }) => percentage === 100))
    return (
      checkEarliest('started_at', row.startedAt, all, certain) ??
      checkLatest('last_accessed_at', row.lastAccessedAt, all, certain) ??
      checkEarliest('completed_at', row.completedAt, allDone!, certainDone!)
    )
  }

  /** Whether progress itself announces that the lesson is complete: not where another service announced it first. */
  announcement(lessonId: string): Announcement {
    const done = (this.seen.get(lessonId) ?? []).filter(({ percentage }) => percentage === 100)
    const reported = done.filter(({ source }) => source === 'reported')
    if (reported.length === 0) return 'must not'
    return reported.length === done.length && reported.some(({ isCertain }) => isCertain) ? 'must' : 'may'
  }

  /** Whether the lesson was reported complete at that time. */
  wasCompletedAt(lessonId: string, at: Time): boolean {
    return (this.seen.get(lessonId) ?? []).some(({ percentage, span }) => percentage === 100 && span.from <= at && at <= span.to)
  }
}

type Mismatch = ReturnType<LessonModel['mismatch']>

function checkEarliest(column: string, value: Time | null, all: readonly Seen[], certain: readonly Seen[]): Mismatch {
  const latest = Math.min(...certain.map(({ span }) => span.to))
  if (value === null) return certain.length === 0 ? null : { kind: 'lost', what: `${column} is null, not ${text(latest)}` }
  if (value > latest) return { kind: 'lost', what: `${column} is ${text(value)}, not ${text(latest)}` }
  const earliest = Math.min(...all.map(({ span }) => span.from))
  return value < earliest ? { kind: 'wrong', what: `${column} is ${text(value)}, nothing happened before ${text(earliest)}` } : null
}

function checkLatest(column: string, value: Time, all: readonly Seen[], certain: readonly Seen[]): Mismatch {
  const earliest = Math.max(...certain.map(({ span }) => span.from))
  if (value < earliest) return { kind: 'lost', what: `${column} is ${text(value)}, not ${text(earliest)}` }
  const latest = Math.max(...all.map(({ span }) => span.to))
  return value > latest ? { kind: 'wrong', what: `${column} is ${text(value)}, nothing happened after ${text(latest)}` } : null
}

function text(at: Time): string {
  return Number.isFinite(at) ? new Date(at).toISOString() : 'never'
}

import { completionId } from '@laurel/contracts'
import type { LedgerWorld } from './ledger-world'
import type { LessonsDone } from './lessons-done'

/** What must come of lessons that were done once each, worked out without any of the code that is measured. */
export class Model {
  private readonly done = new Map<number, number[]>()

  constructor(
    private readonly world: LedgerWorld,
    { count, enrollments, lessons }: LessonsDone,
  ) {
    for (let index = 0; index < count; index++) {
      const known = this.done.get(enrollments[index]!)
      if (known) known.push(lessons[index]!)
      else this.done.set(enrollments[index]!, [lessons[index]!])
    }
  }

  /** Lessons of the enrollment that are done: before, and by the events. */
  doneBy(enrollment: number): number[] {
    const before = Array.from({ length: this.world.doneBefore(enrollment) }, (_, lesson) => lesson)
    return [...before, ...(this.done.get(enrollment) ?? [])]
  }

  /** When the last required lesson was done, in milliseconds since 1970; null while one is missing. */
  completedAt(enrollment: number): number | null {
    if (!this.done.has(enrollment)) return null
    const done = new Set(this.doneBy(enrollment))
    let latest = 0
    for (let lesson = 0; lesson < this.world.lessons; lesson++) {
      if (!this.world.isRequired(lesson)) continue
      if (!done.has(lesson)) return null
      latest = Math.max(latest, this.world.timeOf(enrollment, lesson))
    }
    return latest
  }

  /** completion_id of each enrollment that completes, with its date. */
  completions(): Map<string, string> {
    const completed = new Map<string, string>()
    for (const enrollment of this.done.keys()) {
      const at = this.completedAt(enrollment)
      if (at === null) continue
      const { user, version } = this.world.textsOf(enrollment, 0)
      completed.set(completionId({ course_version_id: version, user_id: user, cycle: 1 }), new Date(at).toISOString())
    }
    return completed
  }
}

/** A `course.completed` as it was found: the parts that the model knows. */
export interface FoundCompletion {
  readonly completion_id: string
  readonly completed_at: string
}

/** Completions that are missing, that came more than once, and that should not be or have another date. */
export interface CompletionFaults {
  readonly missing: number
  readonly doubled: number
  readonly wrong: number
}

export function compareCompletions(expected: ReadonlyMap<string, string>, found: readonly FoundCompletion[]): CompletionFaults {
  const right = new Set(found.filter((one) => expected.get(one.completion_id) === one.completed_at).map((one) => one.completion_id))
  return {
    missing: [...expected.keys()].filter((id) => !right.has(id)).length,
    doubled: found.length - new Set(found.map((one) => one.completion_id)).size,
    wrong: found.filter((one) => expected.get(one.completion_id) !== one.completed_at).length,
  }
}

export function countFaults({ missing, doubled, wrong }: CompletionFaults): number {
  return missing + doubled + wrong
}

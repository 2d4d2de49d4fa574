import { passes, type Rule } from '@laurel/course-rule'
import type { DoneItem } from './evidence'

/** The item that a completed lesson is, or why it is none of this version. */
export function lessonDone(rule: Rule, lessonId: string, at: Date): DoneItem | string {
  const ordinal = rule.ordinalOf.get(lessonId)
  if (ordinal === undefined || rule.items[ordinal]!.kind !== 'lesson') return `lesson_id ${lessonId} is no lesson of this course version`
  return { ordinal, at: at.getTime() }
}

/** The item that a quiz attempt is: done when its score passes the version's threshold, whatever the sender says. */
export function quizAttempted(rule: Rule, attempt: { readonly quiz_id: string; readonly score: number }, at: Date): DoneItem | string {
  const ordinal = rule.ordinalOf.get(attempt.quiz_id)
  const item = ordinal === undefined ? undefined : rule.items[ordinal]
  if (ordinal === undefined || item?.kind !== 'quiz') return `quiz_id ${attempt.quiz_id} is no quiz of this course version`
  return { ordinal, at: passes(attempt.score, item.passThreshold) ? at.getTime() : null, score: attempt.score }
}

import type { Rule } from '@laurel/course-rule'
import type { Observation } from './evidence-log'

/** Where an event lies and when it came, beside what it says. */
export type Origin = Pick<Observation, 'receivedAt' | 'partition' | 'offset'>

/** What a completed lesson is evidence of, or why its lesson is none of this version. */
export function lessonDone(rule: Rule, lessonId: string, at: Date, origin: Origin): Observation | string {
  const ordinal = rule.ordinalOf.get(lessonId)
  if (ordinal === undefined || rule.items[ordinal]!.kind !== 'lesson') return `lesson_id ${lessonId} is no lesson of this course version`
  return observation(ordinal, at, null, origin)
}

/** What a quiz attempt is evidence of, or why its quiz is none of this version. */
export function quizAttempted(
  rule: Rule,
  attempt: { readonly quiz_id: string; readonly score: number },
  at: Date,
  origin: Origin,
): Observation | string {
  const ordinal = rule.ordinalOf.get(attempt.quiz_id)
  if (ordinal === undefined || rule.items[ordinal]!.kind !== 'quiz') return `quiz_id ${attempt.quiz_id} is no quiz of this course version`
  return observation(ordinal, at, attempt.score, origin)
}

/** What happened before 1970 counts as then: a cycle's clock begins there. */
function observation(ordinal: number, at: Date, score: number | null, { receivedAt, partition, offset }: Origin): Observation {
  return { ordinal, at: Math.max(0, at.getTime()), score, receivedAt, partition, offset }
}

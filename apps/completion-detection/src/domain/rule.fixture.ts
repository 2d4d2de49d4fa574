import { compileRule, type RuleSource } from '@laurel/course-rule'
import type { Observation } from './evidence-log'
import { lessonDone, quizAttempted } from './observation'

const compiled = compileRule({
  lessons: [
    { lesson_id: 'a', required: true },
    { lesson_id: 'b', required: true },
    { lesson_id: 'extra', required: false },
  ],
  quizzes: [{ quiz_id: 'q', required: true, pass_threshold_percentage: 70 }],
} satisfies RuleSource)
if (!compiled.ok) throw new Error(compiled.reason)

/** Lessons a and b and quiz q (70 to pass) are required, lesson extra is not. */
export const { rule } = compiled

const ORIGIN = { receivedAt: 1_000, partition: 3, offset: 12 }

export const lesson = (id: string, at = 1) => lessonDone(rule, id, new Date(at), ORIGIN) as Observation
export const attempt = (score: number, at = 1) => quizAttempted(rule, { quiz_id: 'q', score }, new Date(at), ORIGIN) as Observation

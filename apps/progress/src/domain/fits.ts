import type { Rule } from '@laurel/course-rule'

/** Why this id is no item of that kind in the version, naming the field; null when it is one. */
export function misfit(rule: Rule, field: 'lesson_id' | 'quiz_id', id: string): string | null {
  const kind = field === 'lesson_id' ? 'lesson' : 'quiz'
  const ordinal = rule.ordinalOf.get(id)
  return ordinal !== undefined && rule.items[ordinal]!.kind === kind ? null : `${field} ${id} is no ${kind} of this course version`
}

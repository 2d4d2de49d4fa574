import { factId, type CourseVersionPublishedV1 } from '@laurel/contracts'

/** A lesson or a quiz of a course version. Its ordinal is its place in `Rule.items`, and never changes. */
export type RuleItem =
  { readonly kind: 'lesson'; readonly id: string } | { readonly kind: 'quiz'; readonly id: string; readonly passThreshold: number }

/** Of these ordinals, any `choose` must be done. */
export interface ElectiveGroup {
  readonly choose: number
  readonly of: readonly number[]
}

/** What complete means for one course version. */
export interface Rule {
  readonly items: readonly RuleItem[]
  readonly ordinalOf: ReadonlyMap<string, number>
  /** Ordinals of the required lessons and quizzes. */
  readonly required: readonly number[]
  readonly groups: readonly ElectiveGroup[]
  /** Required items plus `choose` of each group; 0 means that the version is not evaluable. */
  readonly needed: number
}

/** The parts of a course version that its rule is made of. */
export interface RuleSource {
  readonly lessons: readonly Pick<CourseVersionPublishedV1['lessons'][number], 'lesson_id' | 'required'>[]
  readonly quizzes: readonly Pick<CourseVersionPublishedV1['quizzes'][number], 'quiz_id' | 'required' | 'pass_threshold_percentage'>[]
  readonly electives?: readonly { readonly choose: number; readonly of: readonly string[] }[] | undefined
}

export type CompiledRule = { readonly ok: true; readonly rule: Rule } | { readonly ok: false; readonly reason: string }

/**
 * Makes the rule of a course version: lessons first, then quizzes, each in the version's own order. Refuses repeated
 * ids, electives that name unknown or repeated ids, and a `choose` outside 1..|of|, naming the field.
 */
export function compileRule(version: RuleSource): CompiledRule {
  const items: RuleItem[] = [
    ...version.lessons.map((lesson): RuleItem => ({ kind: 'lesson', id: lesson.lesson_id })),
    ...version.quizzes.map((quiz): RuleItem => ({ kind: 'quiz', id: quiz.quiz_id, passThreshold: quiz.pass_threshold_percentage })),
  ]
  const ordinalOf = new Map<string, number>()
  for (const [ordinal, item] of items.entries()) {
    if (ordinalOf.has(item.id))
      return { ok: false, reason: `${item.kind === 'lesson' ? 'lessons' : 'quizzes'}: id ${item.id} occurs twice` }
    ordinalOf.set(item.id, ordinal)
  }
  const groups: ElectiveGroup[] = []
  for (const [index, elective] of (version.electives ?? []).entries()) {
    const unknown = elective.of.find((id) => !ordinalOf.has(id))
    if (unknown !== undefined) return { ok: false, reason: `electives[${index}].of: ${unknown} is no lesson or quiz of this version` }
    const of = elective.of.map((id) => ordinalOf.get(id)!)
    if (new Set(of).size !== of.length) return { ok: false, reason: `electives[${index}].of: an id occurs twice` }
    if (!Number.isInteger(elective.choose) || elective.choose < 1 || elective.choose > of.length) {
      return { ok: false, reason: `electives[${index}].choose must be between 1 and ${of.length} (got ${elective.choose})` }
    }
    groups.push({ choose: elective.choose, of })
  }
  const isRequired = [...version.lessons, ...version.quizzes].map((item) => item.required)
  const required = [...isRequired.keys()].filter((ordinal) => isRequired[ordinal])
  const needed = groups.reduce((sum, group) => sum + group.choose, required.length)
  return { ok: true, rule: { items, ordinalOf, required, groups, needed } }
}

/** Whether a score (0-100) passes a quiz; what the sender says about it never counts. */
export function passes(score: number, passThreshold: number): boolean {
  return score >= passThreshold
}

const hashes = new WeakMap<Rule, string>()

/** UUIDv5 of a rule (RFC 9562, section 5.5): two rules that judge alike, item by item, have the same. */
export function ruleHash(rule: Rule): string {
  const known = hashes.get(rule)
  if (known !== undefined) return known
  const judged = rule.items.map((item) => [item.kind, item.id, item.kind === 'quiz' ? item.passThreshold : null])
  const hash = factId('course-rule', JSON.stringify([judged, rule.required, rule.groups.map(({ choose, of }) => [choose, of])]))
  hashes.set(rule, hash)
  return hash
}

import type { Cohort } from './cohort'
import type { EnrollmentCase } from './enrollment-case'
import { satisfiedAt } from './rule'

export interface ExpectedCompletion {
  /** Enrollment key. */
  readonly key: string
  readonly userId: string
  readonly versionId: string
  /** Milliseconds since 1970; null where it hangs on the order of arrival. */
  readonly completedAt: number | null
  /** 0-100; null without required quizzes or where it hangs on the order of arrival. */
  readonly score: number | null
}

/** What must come out of an input. */
export interface Expectation {
  /** By enrollment key. */
  readonly completions: ReadonlyMap<string, ExpectedCompletion>
  /** Keys of the completions that earn a credential, and the Credly template of those that have one. */
  readonly credentials: ReadonlySet<string>
  readonly templates: ReadonlyMap<string, string>
  /** xAPI statements: one per lesson completion and one per course completion. */
  readonly statements: number
  /** Statements that may come or not. */
  readonly optionalStatements: number
}

export interface Circumstances {
  /** Milliseconds since 1970: events later than this count by their arrival, which nobody knows yet. */
  readonly now: number
  /** False where the credential service is told to issue nothing. */
  readonly credentials: boolean
}

export function expectationOf(cohort: Cohort, circumstances: Circumstances): Expectation {
  const completions = new Map<string, ExpectedCompletion>()
  const credentials = new Set<string>()
  const templates = new Map<string, string>()
  let statements = 0
  let optionalStatements = 0
  for (const known of cohort.cases.values()) {
    const lessons = lessonStatements(known, cohort)
    statements += lessons.sure.length
    optionalStatements += lessons.optional.length
    const completion = completionOf(known, circumstances.now)
    if (!completion) continue
    statements++
    completions.set(known.key, completion)
    const { credential } = known.version
    if (!circumstances.credentials || !credential?.enabled) continue
    credentials.add(known.key)
    if (credential.credly_badge_template_id !== undefined) templates.set(known.key, credential.credly_badge_template_id)
  }
  return { completions, credentials, templates, statements, optionalStatements }
}

function completionOf(known: EnrollmentCase, now: number): ExpectedCompletion | null {
  const satisfied = satisfiedAt(known.rule, known.doneAt)
  if (satisfied === null || known.enrollRows.length === 0 || known.cancelRow) return null
  const open = known.isContradictory || known.doneAt.some((at) => at > now)
  // More electives than needed: which of them decide hangs on which arrive first.
  const surplus = known.rule.electives.some(({ choose, of }) => of.filter((place) => !Number.isNaN(known.doneAt[place]!)).length > choose)
  return {
    key: known.key,
    userId: known.userId,
    versionId: known.versionId,
    completedAt: open || surplus ? null : satisfied,
    score: open ? null : known.score,
  }
}

/**
 * Places of the lessons that a statement must be made of, and those of which one may be made. A lesson.completed on the
 * topic is a statement whatever the enrollment is. From a percentage progress has to conclude it: it does for an active
 * enrollment, not without one, and after a cancellation it may do either. REST refuses what comes after a cancellation.
 */
export function lessonStatements(known: EnrollmentCase, cohort: Cohort): { sure: number[]; optional: number[] } {
  if (cohort.routeOf(known.userId) === 'rest') {
    const { reported, concluded } = known.lessonsDone(known.cancelRow ? 'before the cancellation' : 'ever')
    return { sure: [...reported, ...concluded], optional: [] }
  }
  const { reported, concluded } = known.lessonsDone('ever')
  if (known.cancelRow) return { sure: reported, optional: concluded }
  return { sure: known.enrollRows.length > 0 ? [...reported, ...concluded] : reported, optional: [] }
}

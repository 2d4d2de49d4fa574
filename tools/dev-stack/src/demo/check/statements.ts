import type { Cohort } from '../model/cohort'
import { lessonStatements, type Expectation } from '../model/expectation'
import type { Effect, Ledgers } from './ledgers'
import { idsIn } from './named-ids'

/** How many statements in the learning record store are not about the input's learners; asked before anything is sent. */
export async function foreignStatements(ledgers: Ledgers, cohort: Cohort): Promise<number> {
  const isForeign = ({ body }: Effect) => !idsIn((body as { actor?: unknown } | undefined)?.actor).some((id) => cohort.userIds.has(id))
  const foreign = await ledgers.read(
    'lrs',
    true,
    () => ({ count: 0 }),
    (sum, effect) => void (sum.count += Number(isForeign(effect))),
  )
  return foreign.count
}

export interface StatementDifferences {
  readonly missing: readonly string[]
  readonly surplus: readonly string[]
}

const EXAMPLES = 5

/** Which statements are missing and which are too many, up to 5 of each; for when their number is wrong. */
export async function statementDifferences(ledgers: Ledgers, cohort: Cohort, expectation: Expectation): Promise<StatementDifferences> {
  const expected = new Map<string, string>()
  const optional = new Set<string>()
  for (const known of cohort.cases.values()) {
    const { sure, optional: may } = lessonStatements(known, cohort)
    const lesson = (place: number) => `${known.userId} ${known.rule.itemIds[place]!}`
    for (const place of sure) expected.set(lesson(place), `lesson ${known.rule.itemIds[place]} of learner ${known.userId}`)
    for (const place of may) optional.add(lesson(place))
    if (expectation.completions.has(known.key))
      expected.set(`${known.userId} ${known.versionId}`, `completion of course version ${known.versionId} by learner ${known.userId}`)
  }
  const subjects = await ledgers.read(
    'lrs',
    true,
    () => new Map<string, number>(),
    (seen, effect) => {
      const subject = subjectOf(effect, cohort)
      if (subject !== null) seen.set(subject, (seen.get(subject) ?? 0) + 1)
    },
  )
  const missing = [...expected].filter(([subject]) => !subjects.has(subject)).map(([, name]) => name)
  const surplus = [...subjects]
    .filter(([subject, times]) => times > 1 || !(expected.has(subject) || optional.has(subject)))
    .map(([subject, times]) => `${expected.get(subject) ?? `learner and item ${subject}`} (${times} times)`)
  return { missing: missing.slice(0, EXAMPLES), surplus: surplus.slice(0, EXAMPLES) }
}

/** Learner and lesson, or learner and course version; null for somebody else's statement. */
function subjectOf({ body }: Effect, cohort: Cohort): string | null {
  const { actor, ...rest } = (body ?? {}) as { actor?: unknown; object?: unknown; context?: unknown }
  const user = idsIn(actor).find((id) => cohort.userIds.has(id))
  if (user === undefined) return null
  const object = idsIn(rest.object)
  const about = [...object, ...idsIn(rest.context)]
  const versions = [...cohort.versions.values()]
  const lesson = object.find((id) => versions.some(({ rule }) => rule.places.has(id)))
  const version =
    about.find((id) => cohort.versions.has(id)) ?? versions.find(({ data }) => about.includes(data.course_id))?.data.course_version_id
  return `${user} ${lesson ?? version ?? 'unknown'}`
}

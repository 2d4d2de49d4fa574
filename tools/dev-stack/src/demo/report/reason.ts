import type { Figures } from '../check/figures'
import type { Judged } from '../check/judge'

const EXAMPLES = 5
/** What goes wrong first mostly explains the rest. */
const FURTHER_EXAMPLES = 2

/**
 * What is wrong, for someone who wants to look into it: a line that sums up, then 5 examples of the first kind of
 * trouble and 2 of each other.
 *
 * @param refusals REST answers that no correct service gives
 * @param broken records that break their contract
 */
export function reasonOf(judged: Judged, refusals: readonly string[], broken: readonly string[]): string {
  const rows: [string, Figures][] = [
    ['completions', judged.completions],
    ['credentials', judged.credentials],
    ['badges at Credly', judged.badges],
    ['xAPI statements', judged.statements],
    ['HR records', judged.hrRecords],
    ['dead letters', judged.deadLetters],
  ]
  const counts = rows.flatMap(([name, row]) => summary(row).map((words) => `${name}: ${words}`))
  if (refusals.length > 0) counts.push(`REST calls refused: ${refusals.length}`)
  if (broken.length > 0) counts.push(`records that break their contract: ${broken.length}`)
  const kinds = [refusals, broken, ...rows.map(([name, { problems }]) => problems.map((problem) => `${name}: ${problem}`))].filter(
    (kind) => kind.length > 0,
  )
  const examples = kinds.flatMap((kind, i) => kind.slice(0, i === 0 ? EXAMPLES : FURTHER_EXAMPLES))
  return [counts.join('; '), ...examples.map((example) => `  ${example}`)].join('\n')
}

function summary(row: Figures): string[] {
  const words = (['missing', 'double', 'unexpected'] as const).filter((kind) => row[kind] > 0).map((kind) => `${row[kind]} ${kind}`)
  return words.length > 0 || row.problems.length === 0 ? words : ['wrong content']
}

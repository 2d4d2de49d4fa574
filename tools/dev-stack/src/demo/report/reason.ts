import type { Figures } from '../check/figures'
import type { Judged } from '../check/judge'

const EXAMPLES = 5

/**
 * What is wrong, for someone who wants to look into it: a line that sums up, then up to 5 examples of each kind.
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
  const details = rows.flatMap(([name, { problems }]) => problems.map((problem) => `${name}: ${problem}`))
  return [counts.join('; '), ...[...details, ...refusals.slice(0, EXAMPLES), ...broken.slice(0, EXAMPLES)].map((line) => `  ${line}`)].join('\n')
}

function summary(row: Figures): string[] {
  const words = (['missing', 'double', 'unexpected'] as const).filter((kind) => row[kind] > 0).map((kind) => `${row[kind]} ${kind}`)
  return words.length > 0 || row.problems.length === 0 ? words : ['wrong content']
}

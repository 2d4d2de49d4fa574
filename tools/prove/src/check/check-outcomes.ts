import {
  awaitArrivals,
  badgeKeys,
  emailsOf,
  expectationOf,
  foreignStatements,
  judge,
  Ledgers,
  readEffects,
  statementDifferences,
  type Expectation,
  type Figures,
  type Judged,
} from '@laurel/dev-stack'
import type { Findings } from '../findings'
import type { Load } from '../load/load'
import type { StackState } from '@laurel/dev-stack'

const PATIENCE = { idleMs: 5_000, longestMs: 300_000, settleMs: 1_000 }

export interface OutcomeCheck {
  readonly load: Load
  readonly state: StackState
  readonly findings: Findings
  /** Statements that somebody sent on purpose about learners outside the cohorts. */
  readonly isSettled: () => Promise<boolean>
  readonly signal: AbortSignal
}

/** What came out on the topics and in the outside systems, against what the files of the cohorts say. Returns the model and what was found. */
export async function checkOutcomes({ load, state, findings, isSettled, signal }: OutcomeCheck): Promise<[Expectation, Judged]> {
  const cohort = load.cohorts.all
  const expectation = expectationOf(cohort, { now: Date.now(), credentials: true })
  const ledgers = new Ledgers(load.http, state.sandbox.url, signal)
  const badges = badgeKeys(cohort, await emailsOf(cohort, state, load.http))
  const look = async () =>
    judge({
      cohort,
      expectation,
      seen: load.watch.seen,
      effects: await readEffects(ledgers, cohort, load.watch.seen, badges),
      foreignStatements: await foreignStatements(ledgers, cohort),
      malformed: load.malformed,
    })
  const judged = await awaitArrivals({ look, onLook: () => undefined, allRead: isSettled, patience: PATIENCE, signal })
  const rows: [string, Figures][] = [
    ['course.completed', judged.completions],
    ['credential.issued', judged.credentials],
    ['badge', judged.badges],
    ['statement', judged.statements],
    ['HR record', judged.hrRecords],
    ['dead letter', judged.deadLetters],
  ]
  for (const [name, row] of rows) take(name, row, findings)
  if (judged.statements.missing + judged.statements.unexpected > 0) {
    const { missing, surplus } = await statementDifferences(ledgers, cohort, expectation)
    for (const what of [...missing, ...surplus]) findings.add('wrong', `statement: ${what}`)
  }
  for (const problem of load.watch.seen.problems) findings.add('wrong', problem)
  for (const refusal of load.refusals) findings.add('wrong', refusal)
  return [expectation, judged]
}

/** Each missing one is lost, each one too often doubled, anything else wrong. */
export function take(name: string, { missing, double, unexpected, problems }: Figures, findings: Findings): void {
  const told = [...problems]
  const next = (prefix: RegExp) => {
    const at = told.findIndex((problem) => prefix.test(problem))
    return at < 0 ? 'one more' : told.splice(at, 1)[0]!
  }
  for (let i = 0; i < missing; i++) findings.add('lost', `${name} ${next(/^missing/)}`)
  for (let i = 0; i < double; i++) findings.add('doubled', `${name} ${next(/^\d+ times/)}`)
  for (let i = 0; i < unexpected; i++) findings.add('wrong', `${name} ${next(/^unexpected/)}`)
  // A line that sums up a row counts for nothing more.
  for (const problem of told) if (missing + double + unexpected === 0) findings.add('wrong', `${name} ${problem}`)
}

import { createKafka, idempotentProducer } from '@laurel/messaging'
import { awaitArrivals, PATIENCE, type Patience } from './check/await-arrivals'
import { badgeKeys, emailsOf } from './check/badges'
import { readEffects } from './check/effects'
import { endOfEvidence } from './check/group-offsets'
import { isFlawless, judge, type Judged } from './check/judge'
import { speedOf } from './check/latency'
import { Ledgers } from './check/ledgers'
import { foreignStatements, statementDifferences } from './check/statements'
import { watchTopics } from './check/topic-watch'
import { drive } from './drive/drive'
import { HttpClient } from './drive/http-client'
import { REST_CONCURRENCY } from './drive/rest-half'
import { loadCohort } from './model/cohort'
import { expectationOf } from './model/expectation'
import type { Outcome } from './report/outcome'
import type { ProgressBar } from './report/progress-bar'
import { reasonOf } from './report/reason'
import { thousands } from './report/table'
import type { StackState } from '../stack/state'

interface Options {
  readonly stack: StackState
  readonly dir: string
  /** Whether credentials are expected. */
  readonly credentials: boolean
  readonly patience: Patience | undefined
  readonly bar: ProgressBar
  readonly signal: AbortSignal
}

const HTTP_PATIENCE_MS = 120_000

/**
 * Reads the input, sends it, waits for what must come out, and judges that.
 *
 * @throws InputError for a wrong input, Error when the stack does not take it
 */
export async function performDemo({ stack, dir, credentials, patience = PATIENCE, bar, signal }: Options): Promise<Outcome> {
  const cohort = await loadCohort(dir)
  const expectation = expectationOf(cohort, { now: Date.now(), credentials })
  const closers: (() => Promise<unknown>)[] = []
  try {
    const kafka = createKafka({ brokers: [...stack.kafka.brokers], clientId: 'laurel-demo' })
    const admin = kafka.admin()
    closers.push(() => admin.disconnect())
    await admin.connect()
    // Without repeats by the producer itself, the offset that it reports is the only one a message has.
    const producer = idempotentProducer(kafka)
    closers.push(() => producer.disconnect())
    await producer.connect()
    const http = new HttpClient({ connections: REST_CONCURRENCY, patienceMs: HTTP_PATIENCE_MS, signal })
    closers.push(() => http.close())
    const watch = await watchTopics(kafka, admin, cohort.userIds)
    closers.push(watch.stop)

    const ledgers = new Ledgers(http, stack.sandbox.url, signal)
    const foreign = await foreignStatements(ledgers, cohort)
    const badges = badgeKeys(cohort, await emailsOf(cohort, stack, http))

    const total = cohort.lines.kafka + cohort.lines.rest + cohort.lines.malformed
    let sent = 0
    const onSent = (lines: number) => {
      sent += lines
      bar.update(`sending: ${thousands(sent)} of ${thousands(total)} events`, sent, total)
    }
    const driven = await drive({ cohort, stack, producer, admin, http, cancellations: watch.seen.cancellations, onSent, signal })

    const look = async () =>
      judge({
        cohort,
        expectation,
        seen: watch.seen,
        effects: await readEffects(ledgers, cohort, watch.seen, badges),
        foreignStatements: foreign,
        malformed: driven.malformed,
      })
    const arrived = await awaitArrivals({
      look,
      onLook: (judged) => showArrivals(bar, judged),
      allRead: await endOfEvidence(admin),
      patience,
      signal,
    })
    const judged = await withStatementExamples(arrived, () => statementDifferences(ledgers, cohort, expectation))

    const ok = isFlawless(judged) && driven.refusals.length === 0 && watch.seen.problems.length === 0
    const speed = speedOf({ cohort, expectation, seen: watch.seen, firstSentAt: driven.firstSentAt, versionSentAt: driven.versionSentAt })
    return { ok, ...(!ok && { reason: reasonOf(judged, driven.refusals, watch.seen.problems) }), cohort, judged, speed }
  } finally {
    for (const close of closers.reverse()) await close().catch(() => undefined)
  }
}

function showArrivals(bar: ProgressBar, judged: Judged): void {
  const { completions, credentials, badges, statements, hrRecords, deadLetters } = judged
  const rows = [completions, credentials, badges, statements, hrRecords, deadLetters]
  const sum = (of: 'found' | 'expected') => rows.reduce((total, row) => total + row[of], 0)
  const part = ({ found, expected }: { found: number; expected: number }) => `${thousands(found)}/${thousands(expected)}`
  bar.update(
    `arriving: completions ${part(completions)}, credentials ${part(credentials)}, badges ${part(badges)}, statements ${part(statements)}, HR records ${part(hrRecords)}, dead letters ${part(deadLetters)}`,
    sum('found'),
    sum('expected'),
  )
}

/** When their number is wrong, says which statements are meant. */
async function withStatementExamples(judged: Judged, differences: () => ReturnType<typeof statementDifferences>): Promise<Judged> {
  const { statements } = judged
  if (statements.missing === 0 && statements.unexpected === 0) return judged
  const { missing, surplus } = await differences()
  const problems = [...statements.problems, ...missing.map((name) => `missing: ${name}`), ...surplus.map((name) => `unexpected: ${name}`)]
  return { ...judged, statements: { ...statements, problems } }
}

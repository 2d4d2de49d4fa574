import type { Figures } from '../check/figures'
import type { Judged } from '../check/judge'
import type { Percentiles, Speed } from '../check/latency'
import type { Cohort } from '../model/cohort'
import { table, thousands } from './table'

/** Everything that a run of the demo tells. */
export interface Outcome {
  readonly ok: boolean
  /** What is wrong; absent when all is well. */
  readonly reason?: string
  readonly cohort: Cohort
  readonly judged: Judged
  readonly speed: Speed
}

/** For people, line by line. */
export function toTable({ cohort, judged, speed }: Outcome): string[] {
  const { kafka, rest, malformed } = cohort.lines
  const row = (name: string, { expected, found, missing, double, unexpected }: Figures) => [
    name,
    expected,
    found,
    missing,
    double,
    unexpected,
  ]
  const lines = [
    `events in: ${thousands(kafka + rest + malformed)} (${thousands(kafka)} by Kafka, ${thousands(rest)} by REST, ${thousands(malformed)} malformed), enrollments: ${thousands(cohort.cases.size)}`,
    ...table(
      ['', 'expected', 'found', 'missing', 'double', 'unexpected'],
      [
        row('completions', judged.completions),
        row('credentials', judged.credentials),
        row('badges at Credly', judged.badges),
        row('xAPI statements', judged.statements),
        row('HR records', judged.hrRecords),
        row('dead letters', judged.deadLetters),
      ],
    ),
    `events per second, first event to last course.completed: ${speed.eventsPerSecond === null ? '–' : thousands(speed.eventsPerSecond)}`,
    `last lesson to course.completed: ${spread(speed.toCompleted)}`,
    `last lesson to credential.issued: ${spread(speed.toCredential)}`,
  ]
  if (judged.repeats > 0) lines.push(`course.completed records delivered again with the same id: ${thousands(judged.repeats)}`)
  if (judged.reasons.size > 0)
    lines.push('dead letters by reason:', ...[...judged.reasons].map(([reason, count]) => `  ${count} × ${reason}`))
  return lines
}

/** For programs: what `.laurel/demo.json` holds. Times in milliseconds; null where nothing was measured. */
export function toJson({ ok, reason, cohort, judged, speed }: Outcome): Record<string, unknown> {
  const { kafka, rest, malformed } = cohort.lines
  const figures = ({ expected, found, missing, double, unexpected, problems }: Figures) => ({
    expected,
    found,
    missing,
    double,
    unexpected,
    problems,
  })
  return {
    ok,
    ...(reason !== undefined && { reason }),
    input: cohort.dir,
    events_in: kafka + rest + malformed,
    events_by_kafka: kafka,
    events_by_rest: rest,
    events_malformed: malformed,
    course_versions: cohort.versions.size,
    enrollments: cohort.cases.size,
    learners: cohort.userIds.size,
    completions: { ...figures(judged.completions), repeats: judged.repeats },
    credentials: figures(judged.credentials),
    badges: figures(judged.badges),
    statements: figures(judged.statements),
    hr_records: figures(judged.hrRecords),
    dead_letters: { ...figures(judged.deadLetters), reasons: Object.fromEntries(judged.reasons) },
    events_per_second: speed.eventsPerSecond,
    last_lesson_to_course_completed_ms: speed.toCompleted,
    last_lesson_to_credential_ms: speed.toCredential,
  }
}

function spread({ p50, p99 }: Percentiles): string {
  return p50 === null || p99 === null ? '–' : `p50 ${thousands(p50)} ms, p99 ${thousands(p99)} ms`
}

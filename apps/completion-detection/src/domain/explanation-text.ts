import type { DetectedBy } from './completion'
import { SWEEP } from './detection'
import type { DecidedCompletion, WaitingEvent } from './enrollment-record'
import type { ExplainedGroup, ExplainedItem, ExplainedRule, ItemEvidence } from './explained-rule'
import type { ExplainedCycle, ExplainedFact, Explanation, Undecided } from './explanation'

/** The explanation as lines that a support person can paste. */
export function inWords(explanation: Explanation): string {
  const { course, courseVersionId, userId, status, open, earlier, outside, waiting } = explanation
  return [
    `Course ${course ? quoted(course.title) : 'that is unknown'} (version ${courseVersionId}), learner ${userId}.`,
    `Enrollment: ${status ?? 'none known'}.`,
    '',
    ...cycleLines(open, 'the open cycle'),
    ...section('Said from outside:', outside.map(factLine)),
    ...section('Events that wait:', waiting.map(waitingLine)),
    ...earlier.flatMap((cycle) => ['', ...cycleLines(cycle, closing(cycle))]),
    '',
  ].join('\n')
}

function cycleLines(cycle: ExplainedCycle, which: string): string[] {
  const { completion, undecided, isRuleOfVersion, rule } = cycle
  return [
    `Cycle ${cycle.cycle}, ${which}: ${standing(cycle)}.`,
    ...(completion ? decisionLines(completion, isRuleOfVersion) : []),
    ...(undecided ? [WHY_UNDECIDED[undecided](cycle)] : []),
    ...(rule ? ruleLines(rule) : []),
  ]
}

function standing({ completion, percentage }: ExplainedCycle): string {
  if (completion?.revoked) return 'completion revoked'
  if (completion) return `complete since ${time(completion.completedAt)}`
  return percentage === null ? 'not complete' : `not complete, ${percentage} %`
}

function closing({ startedAt, endedAt }: ExplainedCycle): string {
  if (startedAt === null || endedAt === null) return 'of which only the completion is known'
  return startedAt === 0 ? `until ${time(endedAt)}` : `from ${time(startedAt)} until ${time(endedAt)}`
}

const WHY_UNDECIDED: Readonly<Record<Undecided, (cycle: ExplainedCycle) => string>> = {
  'unknown-course-version': () => 'Nothing is decided: the course version has not arrived. Its events wait for it.',
  'unknown-enrollment': () => 'Nothing is decided: no enrollment has arrived. What was done is kept, and counts when it does.',
  'not-active': ({ status }) => `Nothing is decided: the enrollment is ${status}. What is done is kept, and counts if it becomes active.`,
  'nothing-required': () => 'Nothing is decided: the course version requires nothing. Only a platform or a person can complete it.',
  incomplete: ({ rule }) => `Missing: ${missing(rule!).join('; ')}.`,
  'awaits-sweep': () => 'Everything is done, but nothing was decided: the next sweep does it.',
  closed: () => 'It was closed without a completion. Evidence that arrives late is recorded and changes nothing.',
}

function missing({ required, electives }: ExplainedRule): string[] {
  const lacking = electives.filter(({ satisfied }) => !satisfied)
  return [...required.filter(({ satisfied }) => !satisfied).map(wanted), ...lacking.map(wantedOf)]
}

function wanted({ kind, title, passThreshold, bestScore }: ExplainedItem): string {
  if (kind === 'lesson') return `lesson ${quoted(title)}`
  return `quiz ${quoted(title)} (${passThreshold} to pass, ${bestScore === null ? 'no attempt' : `best ${bestScore}`})`
}

function wantedOf({ choose, done, of }: ExplainedGroup): string {
  return `${choose - done} more of ${of.map(({ title }) => quoted(title)).join(', ')}`
}

const FOUND_BY: Readonly<Record<DetectedBy, (from: string | null) => string>> = {
  events: (from) => (from === SWEEP ? 'by the sweep, from the events below' : 'from the events below'),
  webhook: (from) => `because a platform said so in webhook delivery ${from}, whatever the events below say`,
  checker: (from) => `because the check of the platform said so in run ${from}, whatever the events below say`,
  manual: (from) => `by hand by ${from}, whatever the events below say`,
}

function decisionLines(completion: DecidedCompletion, isRuleOfVersion: boolean | null): string[] {
  const { detectedAt, detectedBy, detectedFrom, reason, score, revoked } = completion
  const whose = isRuleOfVersion === null ? '' : isRuleOfVersion ? ', that of the version' : ', not the one that the version has now'
  return [
    `Decided ${detectedAt.toISOString()} ${FOUND_BY[detectedBy](detectedFrom)}${reason === null ? '.' : `: ${quoted(reason)}`}`,
    ...(score === undefined ? [] : [`Score: ${score}.`]),
    `Rule: ${completion.ruleHash ?? 'not known, the completion was read back from Kafka'}${whose}.`,
    ...(revoked
      ? [`Revoked ${revoked.at.toISOString()} by ${revoked.by ?? 'somebody not known'}: ${quoted(revoked.reason)} Final for the cycle.`]
      : []),
  ]
}

function ruleLines({ required, electives, optional }: ExplainedRule): string[] {
  return [
    ...section('Required:', required.flatMap(itemLines)),
    ...electives.flatMap((group) => section(`Any ${group.choose} of ${group.of.length}, ${group.done} done:`, group.of.flatMap(itemLines))),
    ...section('Beside it:', optional.flatMap(itemLines)),
  ]
}

function itemLines(item: ExplainedItem): string[] {
  const { kind, title, doneAt, passThreshold, evidence } = item
  const done = doneAt === null ? '' : `: ${kind === 'quiz' ? `passed (${passThreshold} needed)` : 'done'} ${time(doneAt)}`
  return [
    `[${doneAt === null ? ' ' : 'x'}] ${doneAt === null ? wanted(item) : `${kind} ${quoted(title)}`}${done}`,
    ...evidence.map(evidenceLine),
  ]
}

function evidenceLine({ topic, partition, offset, at, receivedAt, score }: ItemEvidence): string {
  const what = score === null ? '' : `score ${score}, `
  return `    ${topic}-${partition}-${offset}: ${what}occurred ${time(at)}, received ${time(receivedAt)}`
}

function factLine({ detectedBy, detectedFrom, completedAt, receivedAt, reason, cycle, decided }: ExplainedFact): string {
  const dated = completedAt === null ? 'without a date' : `for ${time(completedAt)}`
  const counts = decided ? `decided cycle ${cycle}` : cycle === null ? 'of no cycle that is known' : `of cycle ${cycle}, kept`
  return `${detectedBy} ${detectedFrom} ${dated}, received ${time(receivedAt)}: ${counts}${reason === null ? '' : `, ${quoted(reason)}`}`
}

function waitingLine({ topic, partition, offset, reason, recordTime, parkedAt }: WaitingEvent): string {
  return `${topic}-${partition}-${offset}: ${reason}; received ${recordTime.toISOString()}, waits since ${parkedAt.toISOString()}`
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  ${line}`)]
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** On one line, so that no title or reason can pass for a line of ours. */
function quoted(text: string): string {
  return `“${text.replaceAll(/\s+/g, ' ')}”`
}

import {
  CountBody,
  EXAMPLE,
  FlagBody,
  IdBody,
  ListBody,
  NullableBody,
  NullableEnumBody,
  NullableNumberBody,
  NullableTextBody,
  NullableTimeBody,
  TextBody,
  TimeBody,
} from '@laurel/service-shell'
import { ApiProperty } from '@nestjs/swagger'
import type { DetectedBy } from '../domain/completion'
import type { ExplainedGroup, ExplainedItem, ExplainedRule } from '../domain/explained-rule'
import type { ExplainedCycle, ExplainedFact, Explanation, Undecided } from '../domain/explanation'
import { inWords } from '../domain/explanation-text'
import type { WaitingEvent } from '../domain/enrollment-record'
import type { EnrollmentStatus } from '../domain/ledger'
import { toTime } from './completion-fields'
import { COMPLETION_MODELS, CycleBody, EnrollmentBody, STATUSES, toCycleBody, toEnrollmentBody } from './completions.dto'

const UNDECIDED: readonly Undecided[] = [
  'incomplete',
  'unknown-course-version',
  'unknown-enrollment',
  'not-active',
  'nothing-required',
  'awaits-sweep',
  'closed',
]
const OUTSIDE: readonly DetectedBy[] = ['webhook', 'checker', 'manual']

export class EvidenceBody {
  @TextBody('Where the event is from', 'lesson.completed')
  readonly topic: string
  @CountBody('Its partition there', 3)
  readonly partition: number
  @CountBody('Its offset there', 1042)
  readonly offset: number
  @TimeBody('When it happened')
  readonly occurred_at: string
  @TimeBody('When Kafka took the event')
  readonly received_at: string
  @NullableNumberBody('Of an attempt at a quiz, 0-100', 60)
  readonly score: number | null
}

export class ItemBody {
  @IdBody('lesson')
  readonly id: string
  @ApiProperty({ enum: ['lesson', 'quiz'], example: 'quiz' })
  readonly kind: 'lesson' | 'quiz'
  @TextBody('Its name', 'Washing hands')
  readonly title: string
  @FlagBody('Whether it is done: a lesson completed, a quiz passed')
  readonly is_satisfied: boolean
  @NullableTimeBody('When it was done first')
  readonly done_at: string | null
  @NullableNumberBody('Lowest score that passes; null for a lesson', 70)
  readonly pass_threshold_percentage: number | null
  @NullableNumberBody('Best score; null for a lesson, and without an attempt', 85)
  readonly best_score: number | null
  @ListBody(EvidenceBody, 'In the order of arrival')
  readonly evidence: readonly EvidenceBody[]
}

export class ElectiveGroupBody {
  @CountBody('How many of the items must be done', 1)
  readonly choose: number
  @CountBody('How many are', 1)
  readonly done: number
  @FlagBody('Whether that is enough')
  readonly is_satisfied: boolean
  @ListBody(ItemBody, 'The items to choose from')
  readonly of: readonly ItemBody[]
}

export class RuleBody {
  @ListBody(ItemBody, 'All of them must be done')
  readonly required: readonly ItemBody[]
  @ListBody(ElectiveGroupBody, 'Of each, some must be done')
  readonly electives: readonly ElectiveGroupBody[]
  @ListBody(ItemBody, 'Others that there is evidence of; they count for nothing')
  readonly optional: readonly ItemBody[]
}

export class ExplainedCycleBody extends CycleBody {
  @NullableEnumBody(STATUSES, 'Of a closed cycle, when it was closed; null while no enrollment is known')
  readonly enrollment_status: EnrollmentStatus | null
  @NullableNumberBody('0-100; null while the course version is unknown', 66)
  readonly percentage: number | null
  @NullableEnumBody(UNDECIDED, 'Why there is no completion; null where there is one')
  readonly undecided: Undecided | null
  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Whether the rule that decided is the one that the version has now; null where it is not known',
    example: true,
  })
  readonly is_rule_of_version: boolean | null
  @NullableBody(RuleBody, 'Null while the course version is unknown')
  readonly rule: RuleBody | null
}

export class OutsideFactBody {
  @ApiProperty({ enum: OUTSIDE, description: 'What said that the course is complete', example: 'webhook' })
  readonly detected_by: DetectedBy
  @TextBody('A webhook’s delivery, a checker’s run, a person’s user id', EXAMPLE.admin)
  readonly detected_from: string
  @NullableTimeBody('The date that it gave')
  readonly completed_at: string | null
  @TimeBody('When it was heard')
  readonly received_at: string
  @NullableTextBody('Why; of a manual one', 'Shown on paper, signed 2026-01-05')
  readonly reason: string | null
  @NullableNumberBody('The cycle that it belongs to; null where that is not known', 1)
  readonly cycle: number | null
  @FlagBody('Whether it completed that cycle; else it is kept')
  readonly is_decisive: boolean
}

export class WaitingEventBody {
  @TextBody('Where the event is from', 'lesson.completed')
  readonly topic: string
  @CountBody('Its partition there', 3)
  readonly partition: number
  @TextBody('Its offset there, in decimal digits', '1042')
  readonly offset: string
  @TextBody('Why it waits', `course version ${EXAMPLE.version} is unknown`)
  readonly reason: string
  @TimeBody('When Kafka took it')
  readonly received_at: string
  @TimeBody('Since when it waits')
  readonly parked_at: string
}

export class ExplanationBody extends EnrollmentBody {
  @ListBody(ExplainedCycleBody, 'The open cycle first, then the latest')
  readonly cycles: readonly ExplainedCycleBody[]
  @ListBody(OutsideFactBody, 'Everything outside the events that said "complete", in the order of arrival')
  readonly said_from_outside: readonly OutsideFactBody[]
  @ListBody(WaitingEventBody, 'Events of this enrollment that are parked, the first 100')
  readonly waiting_events: readonly WaitingEventBody[]
  @TextBody('The same in words', 'Course “Handling food safely” …')
  readonly text: string
}

/** All classes that are only referred to. */
export const EXPLANATION_MODELS = [...COMPLETION_MODELS, RuleBody, ExplanationBody]

export function toExplanationBody(explanation: Explanation): ExplanationBody {
  return {
    ...toEnrollmentBody(explanation),
    cycles: [explanation.open, ...explanation.earlier].map(toExplainedCycleBody),
    said_from_outside: explanation.outside.map(toOutsideFactBody),
    waiting_events: explanation.waiting.map(toWaitingEventBody),
    text: inWords(explanation),
  }
}

function toExplainedCycleBody(cycle: ExplainedCycle): ExplainedCycleBody {
  return {
    ...toCycleBody(cycle),
    enrollment_status: cycle.status,
    percentage: cycle.percentage,
    undecided: cycle.undecided,
    is_rule_of_version: cycle.isRuleOfVersion,
    rule: cycle.rule && toRuleBody(cycle.rule),
  }
}

function toRuleBody({ required, electives, optional }: ExplainedRule): RuleBody {
  return { required: required.map(toItemBody), electives: electives.map(toGroupBody), optional: optional.map(toItemBody) }
}

function toGroupBody({ choose, done, satisfied, of }: ExplainedGroup): ElectiveGroupBody {
  return { choose, done, is_satisfied: satisfied, of: of.map(toItemBody) }
}

function toItemBody(item: ExplainedItem): ItemBody {
  return {
    id: item.id,
    kind: item.kind,
    title: item.title,
    is_satisfied: item.satisfied,
    done_at: toTime(item.doneAt),
    pass_threshold_percentage: item.passThreshold,
    best_score: item.bestScore,
    evidence: item.evidence.map(({ topic, partition, offset, at, receivedAt, score }) => ({
      topic,
      partition,
      offset,
      occurred_at: new Date(at).toISOString(),
      received_at: new Date(receivedAt).toISOString(),
      score,
    })),
  }
}

function toOutsideFactBody(fact: ExplainedFact): OutsideFactBody {
  return {
    detected_by: fact.detectedBy,
    detected_from: fact.detectedFrom,
    completed_at: toTime(fact.completedAt),
    received_at: new Date(fact.receivedAt).toISOString(),
    reason: fact.reason,
    cycle: fact.cycle,
    is_decisive: fact.decided,
  }
}

function toWaitingEventBody({ topic, partition, offset, reason, recordTime, parkedAt }: WaitingEvent): WaitingEventBody {
  return { topic, partition, offset, reason, received_at: recordTime.toISOString(), parked_at: parkedAt.toISOString() }
}

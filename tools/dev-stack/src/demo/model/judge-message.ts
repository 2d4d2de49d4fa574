import {
  definitionOf,
  type LessonCompletedV1,
  type LessonProgressedV1,
  type QuizAttemptedV1,
  CourseVersionPublishedV1,
} from '@laurel/contracts'
import type { Message } from '../input/read-events'
import { ruleOf } from './rule'

/** What a learner did. */
export type Evidence =
  | { readonly topic: 'lesson.progressed'; readonly data: LessonProgressedV1 }
  | { readonly topic: 'lesson.completed'; readonly data: LessonCompletedV1 }
  | { readonly topic: 'quiz.attempted'; readonly data: QuizAttemptedV1 }

export type Judged =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  /** Valid, but not something that events.jsonl is for. */
  | { readonly kind: 'misplaced' }
  /** Consumers must dead-letter it. */
  | { readonly kind: 'malformed'; readonly reason: string }

const EVIDENCE: readonly string[] = ['lesson.progressed', 'lesson.completed', 'quiz.attempted'] satisfies Evidence['topic'][]
const REQUIRED_HEADERS = ['ce_specversion', 'ce_id', 'ce_source', 'ce_type']

/** Judges a message as its consumers have to: its headers as CloudEvents 1.0 wants them, its data by its contract. */
export function judgeMessage({ topic, headers, content }: Message): Judged {
  const malformed = (reason: string): Judged => ({ kind: 'malformed', reason })
  const header = headers && headerProblem(headers)
  if (header !== undefined) return malformed(header)
  const type = headers?.['ce_type'] ?? `${topic}.v1`
  const definition = definitionOf(topic).find((known) => known.type === type)
  if (!definition) return malformed(`ce_type ${type} is unknown`)
  const json = 'raw' in content ? jsonOf(content.raw) : content.data
  if (json === NOT_JSON) return malformed('the value is not JSON')
  const parsed = definition.parse(json)
  if (!parsed.ok) return malformed(parsed.reason)
  if (EVIDENCE.includes(topic)) return { kind: 'evidence', evidence: { topic, data: parsed.data } as Evidence }
  return ruleProblem(topic, parsed.data) ?? { kind: 'misplaced' }
}

function headerProblem(headers: Readonly<Record<string, string>>): string | undefined {
  const missing = REQUIRED_HEADERS.find((name) => !headers[name])
  if (missing) return `header ${missing} is missing`
  if (headers['ce_specversion'] !== '1.0') return `header ce_specversion is ${headers['ce_specversion']}`
  const contentType = headers['content-type'] ?? 'application/json'
  return /^application\/json\s*(;|$)/i.test(contentType) ? undefined : `header content-type is ${contentType}`
}

const NOT_JSON = Symbol('not JSON')

function jsonOf(bytes: Buffer | null): unknown {
  if (bytes === null) return NOT_JSON
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return NOT_JSON
  }
}

function ruleProblem(topic: string, data: unknown): Judged | undefined {
  if (topic !== CourseVersionPublishedV1.topic) return undefined
  try {
    ruleOf(data as CourseVersionPublishedV1)
    return undefined
  } catch (error) {
    return { kind: 'malformed', reason: (error as Error).message }
  }
}

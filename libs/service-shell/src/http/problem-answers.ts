import { STATUS_CODES } from 'node:http'
import type { FieldError } from '../problem/problem'

interface Answer {
  readonly description: string
  readonly detail: string
  readonly errors?: readonly FieldError[]
  /** Carries Retry-After. */
  readonly waits?: true
}

const naming = (field: string, detail: string) => ({ detail: `${field}: ${detail}`, errors: [{ field, detail }] })

/** Each status that a route may refuse with: when, and an example. */
const ANSWERS = {
  400: { description: 'The request is malformed; errors name the fields', ...naming('items[3].lesson_id', 'must be a UUID') },
  401: { description: 'There is no bearer token, or not a good one', detail: 'the bearer token has expired' },
  403: { description: 'The caller may not do this', detail: 'only an administrator may act for another learner' },
  404: { description: 'There is no such thing', detail: 'there is no such resource, or not for this method' },
  409: { description: 'It does not fit the state of things', detail: 'the enrollment is cancelled_by_user' },
  410: { description: 'It is gone for good', detail: 'the learner was erased: nothing is recorded of them' },
  413: { description: 'The body is too large', detail: 'the body is larger than this service takes: send fewer items at once' },
  415: { description: 'The body is of another type', detail: 'the body must be sent with content-type application/json' },
  422: { description: 'Well formed, but it fits nothing', ...naming('lesson_id', 'is no lesson of this course version') },
  429: { description: 'The caller asks too often', detail: 'more than 100 requests within a second: wait, then send fewer', waits: true },
  500: { description: 'A failure of ours', detail: 'something went wrong on our side; the same request may succeed later' },
  503: { description: 'Not now; the same request may succeed later', detail: 'the database cannot be reached', waits: true },
} as const satisfies Record<number, Answer>

export type ProblemStatus = keyof typeof ANSWERS

export const PROBLEM_STATUSES = Object.keys(ANSWERS).map(Number) as ProblemStatus[]

export const problemName = (status: ProblemStatus) => `Problem${status}`

/** The schema ProblemBody: RFC 9457, section 3.1. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', enum: ['about:blank'] },
    title: { type: 'string', description: "The status's phrase" },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What went wrong and what to do' },
    errors: {
      type: 'array',
      description: 'Each input that is wrong',
      items: {
        type: 'object',
        required: ['field', 'detail'],
        properties: { field: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
}

const RETRY_AFTER = { description: 'Seconds to wait', required: true, schema: { type: 'integer', minimum: 1 } }

/** The response object (OpenAPI 3.0.3, section 4.7.17) of one status. */
export function problemResponse(status: ProblemStatus) {
  const { description, detail, errors, waits }: Answer = ANSWERS[status]
  const example = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...(errors && { errors }) }
  return {
    description,
    ...(waits && { headers: { 'Retry-After': RETRY_AFTER } }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemBody' }, example } },
  }
}

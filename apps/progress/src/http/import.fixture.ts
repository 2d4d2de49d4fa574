import { randomUUID } from 'node:crypto'
import { at, Learner, type Course } from '../events.fixture'
import type { Api } from './api.fixture'

/** A row of history as a file says it. */
export type Row = Readonly<Record<string, unknown>>

const COLUMNS = [
  'record',
  'user_id',
  'course_version_id',
  'enrolled_at',
  'source_of_enrollment',
  'org_id',
  'due_at',
  'status',
  'lesson_id',
  'progress_percentage',
  'occurred_at',
  'quiz_id',
  'attempt_number',
  'score',
  'started_at',
  'completed_at',
]

export function csvOf(rows: readonly Row[], columns: readonly string[] = COLUMNS): string {
  const cell = (value: unknown) => (/[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value))
  return [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column] ?? '')).join(',')), ''].join('\n')
}

export function ndjsonOf(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** What a learner's history says in rows. */
export class History {
  readonly learner: Learner

  constructor(course: Course) {
    this.learner = new Learner(course)
  }

  enrollment(change: Row = {}): Row {
    return { record: 'enrollment', ...this.learner.key, enrolled_at: at(0), ...change }
  }

  lesson(lesson_id: string, progress_percentage = 100, n = 1): Row {
    return { record: 'lesson', ...this.learner.key, lesson_id, progress_percentage, occurred_at: at(n) }
  }

  attempt(quiz_id: string, score: number, attempt_number = 1, n = 1): Row {
    return { record: 'quiz_attempt', ...this.learner.key, quiz_id, attempt_number, score, completed_at: at(n) }
  }

  /** Enrolled, and everything that the course requires done. */
  whole(): Row[] {
    const { required, quizzes } = this.learner.course
    return [this.enrollment(), ...required.map((id) => this.lesson(id)), ...quizzes.map((id) => this.attempt(id, 90))]
  }
}

export const ADMIN = { sub: randomUUID(), claims: { roles: ['admin'] } }

export interface ImportAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> & { readonly errors: readonly Row[]; readonly detail: string }
}

type Body = string | ReadableStream<Uint8Array>

/** Sends a request as it is and reads the JSON that comes back. */
export async function send(
  api: Api,
  method: string,
  path: string,
  { caller = ADMIN, body, type }: { caller?: { sub: string; claims?: object }; body?: Body; type?: string } = {},
): Promise<ImportAnswer> {
  const init = {
    method,
    headers: {
      authorization: `Bearer ${await api.iam.token(caller.sub, { ...caller.claims })}`,
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body, duplex: 'half' as const }),
  }
  const response = await fetch(`${api.service.url}/api/v1/${path}`, init)
  return { status: response.status, body: (await response.json()) as ImportAnswer['body'] }
}

export const importCsv = (api: Api, id: string, body: Body, query = '') =>
  send(api, 'PUT', `imports/${id}${query}`, { body, type: 'text/csv' })
export const importNdjson = (api: Api, id: string, body: Body, query = '') =>
  send(api, 'PUT', `imports/${id}${query}`, { body, type: 'application/x-ndjson' })

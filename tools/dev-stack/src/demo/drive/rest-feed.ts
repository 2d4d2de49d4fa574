import type { EnrollmentRequestedV1 } from '@laurel/contracts'
import type { EnrollmentCase } from '../model/enrollment-case'
import type { Evidence } from '../model/judge-message'
import type { StackState } from '../../stack/state'
import type { Answer, Call, HttpClient } from './http-client'
import { Tokens } from './tokens'

/** An answer that no correct service gives to a correct call. */
export class RestRefusal extends Error {
  override readonly name = 'RestRefusal'
}

type LessonEvidence = Exclude<Evidence, { topic: 'quiz.attempted' }>
type QuizEvidence = Extract<Evidence, { topic: 'quiz.attempted' }>

/** The outer REST contract of the progress service, called as each learner. */
export class RestFeed {
  private readonly tokens: Tokens
  private readonly api: string
  /** When the first call went out, in milliseconds since 1970. */
  firstSentAt: number | undefined

  constructor(
    private readonly http: HttpClient,
    stack: StackState,
  ) {
    const progress = stack.services['progress']
    if (!progress) throw new Error('stack.json names no service progress')
    this.api = `${progress.url}/api/v1`
    this.tokens = new Tokens(http, stack.sandbox.url)
  }

  /** `known` is false while progress has not read the course version yet. An old request changes nothing (409). */
  async enroll(known: EnrollmentCase, row: EnrollmentRequestedV1): Promise<{ known: boolean }> {
    const { status } = await this.send(known, { method: 'POST', url: `${this.api}/enrollments`, json: row }, [200, 201, 404, 409])
    return { known: status !== 404 }
  }

  /** `known` is false while progress has not read the course version yet. */
  async look(known: EnrollmentCase): Promise<{ known: boolean }> {
    const { status } = await this.send(known, { method: 'GET', url: this.progressUrl(known) }, [200, 404])
    return { known: status !== 404 }
  }

  /** One lesson as itself, several as `items`. `accepted` is false for a cancelled enrollment. */
  async progress(known: EnrollmentCase, lessons: readonly LessonEvidence[]): Promise<{ accepted: boolean }> {
    const items = lessons.map(itemOf)
    const json = items.length === 1 ? items[0] : { items }
    const { status, body } = await this.send(
      known,
      { method: 'PATCH', url: this.progressUrl(known), json },
      known.cancelRow ? [200, 409] : [200],
    )
    if (status === 200) this.checkProgress(known, body)
    return { accepted: status === 200 }
  }

  /** `accepted` is false for a cancelled enrollment. */
  async attempt(known: EnrollmentCase, { data }: QuizEvidence): Promise<{ accepted: boolean }> {
    const { quiz_id, attempt_number, score, started_at, completed_at } = data
    const json = { quiz_id, attempt_number, score, started_at, completed_at }
    const url = `${this.api}/courses/${known.versionId}/quiz-attempts`
    const { status } = await this.send(known, { method: 'POST', url, json }, known.cancelRow ? [200, 201, 409] : [200, 201])
    return { accepted: status !== 409 }
  }

  private progressUrl({ versionId }: EnrollmentCase): string {
    return `${this.api}/courses/${versionId}/progress`
  }

  private async send(known: EnrollmentCase, call: Call, accepted: readonly number[]): Promise<Answer> {
    const orgId = known.enrollRows[0]?.org_id
    this.firstSentAt ??= Date.now()
    let answer = await this.http.call({ ...call, token: await this.tokens.of(known.userId, orgId) })
    if (answer.status === 401) answer = await this.http.call({ ...call, token: await this.tokens.renew(known.userId, orgId) })
    if (accepted.includes(answer.status)) return answer
    throw new RestRefusal(
      `${call.method} ${call.url} as learner ${known.userId} answered ${answer.status} ${excerpt(answer.body)} to ${excerpt(call.json)}`,
    )
  }

  private checkProgress({ userId, versionId }: EnrollmentCase, body: unknown): void {
    const { status, percentage, completed_lessons, total_lessons, items } = (body ?? {}) as Record<string, unknown>
    const fits =
      typeof status === 'string' &&
      typeof percentage === 'number' &&
      typeof completed_lessons === 'number' &&
      typeof total_lessons === 'number' &&
      Array.isArray(items)
    if (!fits)
      throw new RestRefusal(
        `PATCH progress of course version ${versionId} as learner ${userId} must answer {status, cycle, percentage, completed_lessons, total_lessons, items}, not ${excerpt(body)}`,
      )
  }
}

function itemOf({ topic, data }: LessonEvidence) {
  const { lesson_id } = data
  return topic === 'lesson.completed'
    ? { lesson_id, progress_percentage: 100, occurred_at: data.completed_at }
    : { lesson_id, progress_percentage: data.progress_percentage, occurred_at: data.occurred_at }
}

function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

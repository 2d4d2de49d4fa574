import { randomUUID } from 'node:crypto'
import type { ServiceName } from '../stage/whole-stack'
import type { Request } from './door'
import type { Victim } from './victim'

/** A valid request of one operation about the victim. */
export interface Attempt {
  /** As the OpenAPI document has it. */
  readonly operation: string
  readonly request: (victim: Victim) => Omit<Request, 'method'>
  /** Who may make it: the control, without which a refusal would prove nothing. Nobody's: it is proven by a signature. */
  readonly allowed: 'admin' | 'own' | 'nobody'
  /** What the control is answered where that is no 2xx. */
  readonly answered?: number
  /** A caller acts on themself: whoever is not the victim is refused, or shown what is theirs. */
  readonly isOwn?: true
  /** Its body is no JSON object with fields of its own. */
  readonly isRaw?: true
}

const csv = { 'content-type': 'text/csv' }
const named = ({ userId }: Victim) => `user_id=${userId}`
const open =
  (what: string, query = '') =>
  (victim: Victim) => ({
    path: `/api/v1/courses/${victim.openVersionId}/${what}${query && `?${query}`}`,
  })
const completion =
  (what = '') =>
  (victim: Victim) => ({ path: `/api/v1/completions/${victim.userId}/${victim.versionId}${what}` })
const plain = (path: string) => () => ({ path })
const read = (operation: string, request: Attempt['request'], allowed: Attempt['allowed'] = 'admin'): Attempt => ({
  operation,
  request,
  allowed,
})

const JOBS = read('GET /api/v1/jobs/stats', plain('/api/v1/jobs/stats'))
const PARKED = read('GET /api/v1/parked', plain('/api/v1/parked'))

/** Every operation of every service, those last that take something away from the victim. */
export const ATTEMPTS: Readonly<Record<ServiceName, readonly Attempt[]>> = {
  progress: [
    read('GET /api/v1/courses', (victim) => ({ path: `/api/v1/courses?${named(victim)}` })),
    read('GET /api/v1/courses/{id}/progress', (victim) => open('progress', named(victim))(victim)),
    read('GET /api/v1/courses/{id}/cycles', (victim) => open('cycles', named(victim))(victim)),
    read('GET /api/v1/courses/{id}/roster', (victim) => open('roster', `org_id=${victim.orgId}`)(victim)),
    read('GET /api/v1/courses/{id}/statistics', (victim) => open('statistics', `org_id=${victim.orgId}`)(victim)),
    {
      operation: 'PATCH /api/v1/courses/{id}/progress',
      request: (victim) => ({ ...open('progress')(victim), body: { lesson_id: victim.openLessonId, progress_percentage: 50 } }),
      allowed: 'own',
      isOwn: true,
    },
    {
      operation: 'POST /api/v1/courses/{id}/quiz-attempts',
      request: (victim) => ({ ...open('quiz-attempts')(victim), body: { quiz_id: victim.openQuizId, score: 20 } }),
      allowed: 'own',
      isOwn: true,
    },
    {
      operation: 'PUT /api/v1/imports/{import_id}',
      request: () => ({ path: `/api/v1/imports/${randomUUID()}`, body: 'record,user_id\n', headers: csv }),
      allowed: 'admin',
      answered: 400,
      isRaw: true,
    },
    { ...read('GET /api/v1/imports/{import_id}', () => ({ path: `/api/v1/imports/${randomUUID()}` })), answered: 404 },
    read('GET /api/v1/learners/{user_id}/export', ({ userId }) => ({ path: `/api/v1/learners/${userId}/export` })),
    {
      operation: 'POST /api/v1/enrollments',
      request: ({ userId, openVersionId }) => ({
        path: '/api/v1/enrollments',
        body: { user_id: userId, course_version_id: openVersionId, action: 'cancel' },
      }),
      allowed: 'admin',
    },
    read('DELETE /api/v1/learners/{user_id}', ({ userId }) => ({ path: `/api/v1/learners/${userId}` })),
  ],
  'completion-detection': [
    read('GET /api/v1/completions/{userId}/{courseVersionId}', completion()),
    read('GET /api/v1/completions/{userId}/{courseVersionId}/explain', completion('/explain')),
    read('GET /api/v1/detections', plain('/api/v1/detections')),
    read('GET /api/v1/checker/health', plain('/api/v1/checker/health')),
    read('GET /api/v1/checker/runs', plain('/api/v1/checker/runs')),
    read('GET /api/v1/webhooks/deliveries', plain('/api/v1/webhooks/deliveries')),
    JOBS,
    PARKED,
    {
      operation: 'POST /api/v1/checker/process-batch',
      request: () => ({ path: '/api/v1/checker/process-batch', body: { batch_size: 25 } }),
      allowed: 'admin',
    },
    {
      operation: 'POST /api/v1/checker/check',
      request: ({ userId, courseId }) => ({ path: '/api/v1/checker/check', body: { user_id: userId, course_id: courseId } }),
      allowed: 'admin',
      answered: 404,
    },
    {
      operation: 'POST /api/v1/webhooks/deliveries/redrive',
      request: () => ({ path: '/api/v1/webhooks/deliveries/redrive', body: { status: 'failed' } }),
      allowed: 'admin',
    },
    {
      operation: 'POST /api/v1/webhooks/{platform}',
      request: ({ userId }) => ({
        path: '/api/v1/webhooks/standard-webhooks',
        body: { type: 'course.completed', data: { external_course_id: 'x', user_id: userId } },
        headers: { 'webhook-id': randomUUID(), 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      }),
      allowed: 'nobody',
      isRaw: true,
    },
    {
      operation: 'POST /api/v1/webhooks/{platform}/{secret}',
      request: ({ userId }) => ({ path: '/api/v1/webhooks/graphy/not-the-secret', body: { learner: userId } }),
      allowed: 'nobody',
      isRaw: true,
    },
    {
      operation: 'POST /api/v1/completions/{userId}/{courseVersionId}',
      request: (victim) => ({ ...completion()(victim), body: { reason: 'because' } }),
      allowed: 'admin',
      answered: 409,
    },
    {
      operation: 'POST /api/v1/completions/{userId}/{courseVersionId}/revoke',
      request: (victim) => ({ ...completion('/revoke')(victim), body: { reason: 'because' } }),
      allowed: 'admin',
    },
  ],
  credential: [
    read('GET /api/v1/certificates', (victim) => ({ path: `/api/v1/certificates?${named(victim)}` })),
    read('GET /api/v1/certificates/{certificate_uid}', ({ certificateUid }) => ({ path: `/api/v1/certificates/${certificateUid}` })),
    JOBS,
  ],
  'analytics-distribution': [
    read('GET /api/v1/destinations', plain('/api/v1/destinations')),
    read('POST /api/v1/destinations/{name}/retries', plain('/api/v1/destinations/lrs/retries')),
  ],
  'hr-report': [
    read('GET /api/v1/training-records', (victim) => ({ path: `/api/v1/training-records?${named(victim)}` })),
    read('GET /api/v1/training-records/stats', plain('/api/v1/training-records/stats')),
    JOBS,
  ],
}

/** The attempt as it is sent. */
export function requestOf({ operation, request }: Attempt, victim: Victim): Request {
  return { method: operation.split(' ')[0]!, ...request(victim) }
}

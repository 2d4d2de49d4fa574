import type { Enrollment, EnrollmentAction, EnrollmentRequest } from './enrollment'

/** On whose authority an enrollment is to change. */
export type Requester =
  /** The platform's: another service, or an administrator. */
  | { readonly kind: 'platform' }
  /** An organisation's administrator, who is also a learner. */
  | { readonly kind: 'org_admin'; readonly userId: string; readonly orgId: string }
  /** A learner, perhaps with an organisation. */
  | { readonly kind: 'learner'; readonly userId: string; readonly orgId: string | null }

const OWN_ACTIONS: readonly EnrollmentAction[] = ['enroll', 'cancel']

/**
 * Why a request is not the requester's to make; null when it is. A learner enrolls themself and cancels; an
 * organisation's administrator may do everything to enrollments of the organisation and enroll learners for it.
 *
 * @param current the enrollment, locked; null when there is none or none that the requester may see. The reason tells
 *   nothing of whether there is one.
 */
export function forbids(requester: Requester, current: Pick<Enrollment, 'orgId'> | null, request: EnrollmentRequest): string | null {
  if (requester.kind === 'platform') return null
  const isOwn = requester.userId === request.userId
  if (isOwn && OWN_ACTIONS.includes(request.action))
    return request.orgId === null || request.orgId === requester.orgId ? null : 'org_id must be the organisation of the token'
  if (requester.kind === 'org_admin') {
    const orgId = current === null && request.action === 'enroll' ? request.orgId : (current?.orgId ?? null)
    const isTheirs = orgId === requester.orgId && (request.orgId === null || request.orgId === requester.orgId)
    return isTheirs ? null : 'this is not an enrollment of the organisation of the token'
  }
  return isOwn ? `action ${request.action} is for administrators` : 'only an administrator may act for another learner'
}

import type { Action, Time } from './writes'

export type Status = 'active' | 'cancelled_by_user' | 'revoked_by_admin'

/**
 * What becomes of an enrollment by the requests for it, in the order in which they lie in the topic. A request applies
 * only when it was made later than the last one applied.
 */
export class RequestModel {
  status: Status | null = null
  enrolledAt: Time | null = null
  cycle = 1
  private lastAt = -Infinity

  /** False when the request cannot be applied and must be refused. */
  apply(action: Action, at: Time): boolean {
    if (this.status === null) {
      if (action !== 'enroll') return false
      this.enrolledAt = at
    } else if (at <= this.lastAt) {
      return true
    }
    const next = this.after(action)
    if (next === null) return false
    if (action === 'open_cycle') this.cycle++
    this.status = next
    this.lastAt = at
    return true
  }

  /** Null where the action is refused. */
  private after(action: Action): Status | null {
    const { status } = this
    switch (action) {
      case 'enroll':
        return status === 'revoked_by_admin' ? null : 'active'
      case 'cancel':
        return status === 'active' ? 'cancelled_by_user' : status
      case 'revoke':
        return 'revoked_by_admin'
      case 'reactivate':
        return 'active'
      case 'open_cycle':
        return status === 'revoked_by_admin' ? 'active' : null
      default:
        return action satisfies never
    }
  }
}

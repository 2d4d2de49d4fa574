import RequestQueue from 'kafkajs/src/network/requestQueue'

interface Queue {
  pending: unknown[]
  throttledUntil: number
}
type Schedule = (this: Queue) => void

/**
 * kafkajs 2.2.4 re-arms a timer on every connection even when nothing waits and nothing is throttled; since Node 24
 * turns its negative delay into 1 ms, an idle connection wakes a thousand times a second (kafkajs issues 1704, 1751).
 * This schedules only when a request waits or the broker throttles. Applied once, at the first import.
 */
export function patchRequestQueue(prototype: { scheduleCheckPendingRequests: Schedule }): void {
  const original = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: Queue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this)
  }
}

patchRequestQueue(RequestQueue.prototype)

import RequestQueue from 'kafkajs/src/network/requestQueue'
import { patchRequestQueue } from './kafkajs-node24'

describe('the kafkajs patch for Node 24', () => {
  const patched = () => {
    let scheduled = 0
    const prototype = { scheduleCheckPendingRequests: () => void scheduled++ }
    patchRequestQueue(prototype)
    return {
      check: (queue: { pending: unknown[]; throttledUntil: number }) =>
        (prototype.scheduleCheckPendingRequests as () => void).call(queue as never),
      scheduled: () => scheduled,
    }
  }

  it('arms no timer on an idle connection', () => {
    const { check, scheduled } = patched()
    check({ pending: [], throttledUntil: -1 })
    expect(scheduled()).toBe(0)
  })

  it('arms one when a request waits or the broker throttles', () => {
    const { check, scheduled } = patched()
    check({ pending: ['request'], throttledUntil: -1 })
    check({ pending: [], throttledUntil: Date.now() + 60_000 })
    expect(scheduled()).toBe(2)
  })

  it('is applied to the kafkajs that is installed', () => {
    expect(RequestQueue.prototype.scheduleCheckPendingRequests.toString()).toContain('throttledUntil > Date.now()')
  })
})

import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup'
import RequestQueue from 'kafkajs/src/network/requestQueue'
import SocketRequest from 'kafkajs/src/network/requestQueue/socketRequest'

/**
 * kafkajs 2.2.4 keeps moments by the wall clock and compares them with it later. Set back by an hour, no heartbeat is due for an hour,
 * and what the broker throttles for a moment is throttled for an hour; set ahead, every request under way times out. With this a field
 * that holds such a moment is kept by the monotonic clock, and reads as what the wall clock would have shown then, had it been set already.
 */
export function keepSteady(prototype: object, field: string): void {
  const moments = new WeakMap<object, number | null>()
  Object.defineProperty(prototype, field, {
    configurable: true,
    get(this: object) {
      const moment = moments.get(this)
      return typeof moment === 'number' ? Date.now() + moment - performance.now() : moment
    },
    set(this: object, time: number | null) {
      moments.set(this, time === null ? null : performance.now() + time - Date.now())
    },
  })
}

keepSteady(ConsumerGroup.prototype, 'lastRequest')
keepSteady(SocketRequest.prototype, 'sentAt')
keepSteady(RequestQueue.prototype, 'throttledUntil')

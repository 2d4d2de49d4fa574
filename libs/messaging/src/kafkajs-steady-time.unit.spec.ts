import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup'
import RequestQueue from 'kafkajs/src/network/requestQueue'
import SocketRequest from 'kafkajs/src/network/requestQueue/socketRequest'
import { keepSteady } from './kafkajs-steady-time'

const HOUR_MS = 3_600_000

describe('keepSteady', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  class Kept {
    at: number | null
  }
  keepSteady(Kept.prototype, 'at')

  it.each([-HOUR_MS, HOUR_MS])('keeps how long ago a moment is when the clock steps by %d ms', (step) => {
    const kept = Object.create(Kept.prototype) as Kept
    kept.at = Date.now()
    jest.advanceTimersByTime(3_000)
    jest.setSystemTime(Date.now() + step)
    expect(Date.now() - kept.at).toBeCloseTo(3_000)
  })

  it('keeps none', () => {
    const kept = Object.create(Kept.prototype) as Kept
    kept.at = null
    expect(kept.at).toBeNull()
  })

  it.each([
    [ConsumerGroup.prototype, 'lastRequest'],
    [SocketRequest.prototype, 'sentAt'],
    [RequestQueue.prototype, 'throttledUntil'],
  ])('is applied to the kafkajs that is installed', (prototype, field) => {
    expect(Object.getOwnPropertyDescriptor(prototype, field)?.get).toBeDefined()
    expect(String((prototype as { constructor: unknown }).constructor)).toContain(`this.${field} = `)
  })
})

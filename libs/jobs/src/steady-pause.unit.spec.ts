import { BrokenCircuitError, CircuitState, circuitBreaker, ConsecutiveBreaker, ConstantBackoff, handleAll } from 'cockatiel'
import { steadyPause } from './steady-pause'

const HOUR_MS = 3_600_000

describe('steadyPause', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  const open = async () => {
    const breaker = circuitBreaker(handleAll, {
      breaker: new ConsecutiveBreaker(1),
      halfOpenAfter: steadyPause(new ConstantBackoff(1_000)),
    })
    await breaker.execute(() => Promise.reject(new Error('away'))).catch(() => undefined)
    expect(breaker.state).toBe(CircuitState.Open)
    return breaker
  }

  it.each([-HOUR_MS, 0, HOUR_MS])(
    'lets a breaker try again after its pause, and not before, when the clock steps by %d ms',
    async (step) => {
      const breaker = await open()
      jest.setSystemTime(Date.now() + step)
      jest.advanceTimersByTime(900)
      await expect(breaker.execute(() => Promise.resolve(1))).rejects.toThrow(BrokenCircuitError)
      jest.advanceTimersByTime(1_100)
      await expect(breaker.execute(() => Promise.resolve(1))).resolves.toBe(1)
    },
  )
})

import { ConsumerPulse } from './consumer-pulse'

/** A kafkajs consumer's instrumentation, driven by hand. */
class Instrumentation {
  private readonly listeners = new Map<string, ((event: { payload: unknown }) => void)[]>()
  readonly events = { CRASH: 'crash', STOP: 'stop', GROUP_JOIN: 'join', HEARTBEAT: 'beat', FETCH: 'fetch' }
  on(event: string, listener: (event: { payload: unknown }) => void) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener])
    return () => undefined
  }
  emit(event: string, payload: unknown = {}) {
    this.listeners.get(event)?.forEach((listener) => listener({ payload }))
  }
}

describe('ConsumerPulse', () => {
  const watched = () => {
    const consumer = new Instrumentation()
    const clock = { now: 0 }
    const deaths: string[] = []
    const pulse = new ConsumerPulse(10_000, () => clock.now)
    pulse.watch(consumer as never, (reason) => deaths.push(reason))
    return { consumer, clock, pulse, deaths }
  }

  it('is dead after a crash that kafkajs does not restart from', () => {
    const { consumer, pulse, deaths } = watched()
    consumer.emit('crash', { restart: true, error: new Error('rebalance') })
    expect(pulse.dead()).toBeNull()
    consumer.emit('crash', { restart: false, error: new Error('bug') })
    expect(pulse.dead()).toBe('consumer crashed: bug')
    expect(deaths).toEqual(['consumer crashed: bug'])
  })

  it('is dead after three session timeouts without a sign', () => {
    const { consumer, clock, pulse } = watched()
    clock.now = 29_000
    expect(pulse.dead()).toBeNull()
    consumer.emit('beat')
    clock.now = 58_000
    expect(pulse.dead()).toBeNull()
    clock.now = 60_000
    expect(pulse.dead()).toBe('no heartbeat for 31 s')
  })

  it('knows whether it is a member of the group', () => {
    const { consumer, pulse } = watched()
    expect(pulse.joined).toBe(false)
    consumer.emit('join')
    expect(pulse.joined).toBe(true)
    consumer.emit('stop')
    expect(pulse.joined).toBe(false)
  })
})

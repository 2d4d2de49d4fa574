import { Metrics } from './metrics'

describe('Metrics', () => {
  it('labels each metric with the service and gives it the prefix', async () => {
    const metrics = new Metrics('progress')
    metrics.counter('dead_letters_total', 'Dead letters', ['topic']).inc({ topic: 't' }, 3)
    metrics.histogram('laurel_batch_seconds', 'Batch time', [], [0.1, 1]).observe(0.5)
    const text = await metrics.registry.metrics()
    expect(text).toContain('laurel_dead_letters_total{topic="t",service="progress"} 3')
    expect(text).toContain('laurel_batch_seconds_bucket{le="1",service="progress"} 1')
    expect(text).toContain('process_cpu_seconds_total{service="progress"}')
  })

  it('keeps two instances apart', async () => {
    const [first, second] = [new Metrics('a'), new Metrics('b')]
    first.counter('x_total', 'x').inc()
    expect(await second.registry.metrics()).not.toContain('laurel_x_total')
  })

  it('returns the metric that is there, and refuses another kind under its name', async () => {
    const metrics = new Metrics('a')
    metrics.counter('x_total', 'x').inc()
    metrics.counter('laurel_x_total', 'x').inc()
    expect(await metrics.registry.metrics()).toContain('laurel_x_total{service="a"} 2')
    expect(() => metrics.gauge('x_total', 'x')).toThrow('laurel_x_total')
  })

  it('reads a gauge at each scrape', async () => {
    const metrics = new Metrics('a')
    let depth = 0
    metrics.gauge('depth', 'd', [], function () {
      this.set(++depth)
    })
    expect(await metrics.registry.metrics()).toContain('laurel_depth{service="a"} 1')
    expect(await metrics.registry.metrics()).toContain('laurel_depth{service="a"} 2')
  })

  it('answers a scrape without a gauge that cannot be read, and counts it', async () => {
    const metrics = new Metrics('a')
    let broken = false
    metrics.gauge('depth', 'd', [], function () {
      if (broken) throw new Error('database away')
      this.set(7)
    })
    metrics.gauge('lag', 'l', ['topic'], function () {
      if (broken) throw new Error('broker away')
      this.set({ topic: 't' }, 7)
    })
    expect(await metrics.registry.metrics()).toContain('laurel_depth{service="a"} 7')
    broken = true
    const text = `${await metrics.registry.metrics()}${await metrics.registry.metrics()}`
    expect(text).not.toMatch(/laurel_(depth|lag)\{/)
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).toContain('laurel_metric_collect_failures_total{metric="laurel_depth",service="a"}')
  })

  it('forgets everything on clear, so that its names are free again', () => {
    const metrics = new Metrics('a')
    const first = metrics.counter('x_total', 'x')
    metrics.clear()
    expect(metrics.counter('x_total', 'x')).not.toBe(first)
  })
})

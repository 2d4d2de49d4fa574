import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type CollectFunction, type Metric } from 'prom-client'

/**
 * The metrics of one service, each labelled with its name, beside the process's own (process_…, nodejs_…). Names get
 * the prefix laurel_ when they lack it. Asking again for a name returns the metric that is there, so that two users
 * may count on one; a second collect function or another kind under the same name throws.
 */
export class Metrics {
  readonly registry = new Registry()

  constructor(service: string) {
    this.registry.setDefaultLabels({ service })
    collectDefaultMetrics({ register: this.registry })
  }

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    const settings = { name: prefixed(name), help, labelNames: [...labels], registers: [this.registry] }
    return this.known(settings.name, (m) => m instanceof Counter) ?? new Counter(settings)
  }

  /**
   * collect runs at each scrape and sets the gauge (its `this`). When it fails the scrape still answers, without this
   * gauge's values (better none than stale), and laurel_metric_collect_failures_total{metric} counts.
   */
  gauge<L extends string>(name: string, help: string, labels: readonly L[] = [], collect?: CollectFunction<Gauge<L>>): Gauge<L> {
    const settings = { name: prefixed(name), help, labelNames: [...labels], registers: [this.registry] }
    if (collect !== undefined) return new Gauge({ ...settings, collect: this.surviving(settings, collect) })
    return this.known(settings.name, (m) => m instanceof Gauge) ?? new Gauge(settings)
  }

  /** Buckets are upper bounds in the unit that the name ends with. */
  histogram<L extends string>(name: string, help: string, labels: readonly L[], buckets: readonly number[]): Histogram<L> {
    const settings = { name: prefixed(name), help, labelNames: [...labels], buckets: [...buckets] }
    const known = this.known<Histogram<L>>(settings.name, (m) => m instanceof Histogram)
    return known ?? new Histogram({ ...settings, registers: [this.registry] })
  }

  /** Forgets every metric and its collect function. */
  clear(): void {
    this.registry.clear()
  }

  private surviving<L extends string>(
    settings: { name: string; labelNames: readonly L[] },
    collect: CollectFunction<Gauge<L>>,
  ): CollectFunction<Gauge<L>> {
    const labelled = settings.labelNames.length > 0
    const failures = this.counter('laurel_metric_collect_failures_total', 'Gauges that could not be read', ['metric'])
    return async function (this: Gauge<L>) {
      try {
        await collect.call(this)
      } catch {
        this.reset()
        if (!labelled) this.remove() // reset leaves an unlabelled gauge at 0, which would be a false reading
        failures.inc({ metric: settings.name })
      }
    }
  }

  private known<M extends Metric>(name: string, isKind: (metric: Metric) => boolean): M | undefined {
    const metric = this.registry.getSingleMetric(name)
    if (metric === undefined) return undefined
    if (!isKind(metric)) throw new Error(`metric ${name} is already registered as another kind`)
    return metric as M
  }
}

function prefixed(name: string): string {
  return name.startsWith('laurel_') ? name : `laurel_${name}`
}

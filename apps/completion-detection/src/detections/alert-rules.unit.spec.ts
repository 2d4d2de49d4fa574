import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messagingMetrics } from '@laurel/messaging'
import { Metrics } from '@laurel/telemetry'
import type { DataSource } from 'typeorm'
import { CheckerMetrics } from '../checker/checker-metrics'
import { WebhookMetrics } from '../webhooks/webhook-metrics'
import { DetectionMetrics } from './detection-metrics'

const RULES = readFileSync(join(__dirname, '../../../../deploy/alerts/completion-detection.rules.yaml'), 'utf8')

/** No database is asked: nothing is scraped here. */
const dataSource = { subscribers: [] } as unknown as DataSource
const metrics = new Metrics('completion-detection')
messagingMetrics(metrics, dataSource)
new CheckerMetrics(metrics)
new WebhookMetrics(metrics, dataSource)
new DetectionMetrics(metrics, dataSource)

/** Every series that a scrape may show, with its labels. */
const series = new Map(
  metrics.registry.getMetricsAsArray().flatMap((metric) => {
    const { name, labelNames } = metric as unknown as { name: string; labelNames: readonly string[] }
    const names = metric.constructor.name === 'Histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name]
    return names.map((one): [string, readonly string[]] => [one, ['service', ...labelNames]])
  }),
)
const alerts = RULES.split(/^ {6}- alert: /m).slice(1)

it('names only metrics that the service has, with their labels', () => {
  const named = [...RULES.matchAll(/(laurel_\w+)(?:\{(\w+))?/g)]
  const unknown = named.filter(([, name, label]) => !series.has(name!) || (label !== undefined && !series.get(name!)!.includes(label)))
  expect(unknown.map(([text]) => text)).toEqual([])
  expect(named.length).toBeGreaterThan(5)
  for (const [, label] of RULES.matchAll(/by \((\w+)\)/g)) expect([...series.values()].flat()).toContain(label)
})

it('says of each alert how bad it is and what to do', () => {
  expect(alerts.map((alert) => alert.split('\n')[0])).toEqual([
    'LaurelDetectionSourceSilent',
    'LaurelCheckerSilent',
    'LaurelCompletionsMissed',
    'LaurelLedgersUndecided',
    'LaurelParkedEventsOld',
  ])
  for (const alert of alerts) {
    expect(alert).toMatch(/^ {8}expr: /m)
    expect(alert).toMatch(/^ {8}labels:\n {10}severity: (critical|warning)\n {8}annotations:\n {10}summary: \S.*\n {10}description: /m)
  }
})

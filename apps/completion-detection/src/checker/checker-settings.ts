import type { EnvReader } from '@laurel/service-shell'
import { validateCronExpression } from 'cron'

/** When a schedule runs, how long, and in batches of how many learners. */
export interface CheckerSchedulePlan {
  /** Cron expression, in UTC. */
  readonly cron: string
  readonly batchSize: number
  readonly budgetMs: number
}

export interface CheckerSettings {
  readonly regular: CheckerSchedulePlan
  /** Null: none. */
  readonly offPeak: CheckerSchedulePlan | null
  readonly concurrency: number
  readonly recheckMs: number
  /** Null where Graphy is not used: its learners are followed, and found by webhooks alone. */
  readonly graphy: GraphySettings | null
}

export interface GraphySettings {
  readonly baseUrl: string
  readonly merchantId: string
  readonly apiKey: string
  readonly callsPerSecond: number
}

export const BATCH_SIZE = { min: 25, max: 100, default: 50 } as const

/**
 * CHECKER_CRON (every 15 minutes), CHECKER_BATCH_SIZE (50), CHECKER_BUDGET_SECONDS (300), CHECKER_OFF_PEAK_CRON (none),
 * CHECKER_OFF_PEAK_BATCH_SIZE (100), CHECKER_OFF_PEAK_BUDGET_SECONDS (3600), CHECKER_CONCURRENCY (4),
 * CHECKER_RECHECK_SECONDS (600), and where GRAPHY_API_BASE is set GRAPHY_API_KEY, GRAPHY_MERCHANT_ID and
 * GRAPHY_CALLS_PER_SECOND (10).
 */
export function readCheckerSettings(read: EnvReader): CheckerSettings {
  const offPeakCron = cron(read, 'CHECKER_OFF_PEAK_CRON', '')
  return {
    regular: {
      cron: cron(read, 'CHECKER_CRON', '*/15 * * * *'),
      batchSize: read.integer('CHECKER_BATCH_SIZE', BATCH_SIZE),
      budgetMs: seconds(read, 'CHECKER_BUDGET_SECONDS', 300),
    },
    offPeak:
      offPeakCron === ''
        ? null
        : {
            cron: offPeakCron,
            batchSize: read.integer('CHECKER_OFF_PEAK_BATCH_SIZE', { ...BATCH_SIZE, default: BATCH_SIZE.max }),
            budgetMs: seconds(read, 'CHECKER_OFF_PEAK_BUDGET_SECONDS', 3_600),
          },
    concurrency: read.integer('CHECKER_CONCURRENCY', { default: 4, min: 1, max: 32 }),
    recheckMs: 1_000 * read.integer('CHECKER_RECHECK_SECONDS', { default: 600, min: 0, max: 86_400 }),
    graphy: readGraphy(read),
  }
}

function readGraphy(read: EnvReader): GraphySettings | null {
  const baseUrl = read.url('GRAPHY_API_BASE', '')
  if (baseUrl === '') return null
  return {
    baseUrl,
    merchantId: read.string('GRAPHY_MERCHANT_ID'),
    apiKey: read.string('GRAPHY_API_KEY'),
    callsPerSecond: read.integer('GRAPHY_CALLS_PER_SECOND', { default: 10, min: 1, max: 1_000 }),
  }
}

function seconds(read: EnvReader, name: string, otherwise: number): number {
  return 1_000 * read.integer(name, { default: otherwise, min: 1, max: 86_400 })
}

function cron(read: EnvReader, name: string, otherwise: string): string {
  const expression = read.string(name, otherwise)
  if (expression !== '' && !validateCronExpression(expression).valid) read.refuse(name, 'must be a cron expression such as */15 * * * *')
  return expression
}

import type { Metrics } from '@laurel/telemetry'

const SECONDS = [0.1, 0.5, 1, 5, 15, 60, 150, 300, 600, 3_600]

/** What operators see of the checker of this process. */
export class CheckerMetrics {
  /** Checks of learners, by what came of them. */
  readonly checks
  /** Satisfied ledgers that the fold left undecided. */
  readonly undecided
  readonly runSeconds

  constructor(metrics: Metrics) {
    this.checks = metrics.counter('laurel_checker_checks_total', 'Checks of learners: complete, incomplete, failed', ['result'])
    this.undecided = metrics.counter('laurel_undecided_ledgers_total', 'Satisfied ledgers that only the sweep decided; should stay 0')
    this.runSeconds = metrics.histogram('laurel_checker_run_seconds', 'Time of checker runs', ['trigger', 'ended'], SECONDS)
  }
}

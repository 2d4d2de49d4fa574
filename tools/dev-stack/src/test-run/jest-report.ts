/** How many checks of one stage went which way. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  /** Full names, with the file, of tests that were skipped or are still to be written. */
  readonly skipped: readonly string[]
}

/** The part of jest's `--json` output that is counted. */
interface JestReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const NOT_RUN = new Set(['pending', 'skipped', 'todo', 'disabled'])

/**
 * Counts a run. A suite that could not be loaded is one failure, and so is a run that broke off without naming any
 * failed test, such as one whose set-up failed or that found no tests.
 *
 * @param json the file that jest wrote; undefined when it wrote none
 * @param exitCode jest's
 * @param relative makes a file's path shorter for people
 */
export function countJestRun(json: string | undefined, exitCode: number, relative: (path: string) => string = (path) => path): Tally {
  if (json === undefined) return { passed: 0, failed: 1, skipped: [] }
  const report = JSON.parse(json) as JestReport
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => NOT_RUN.has(status)).map(({ fullName }) => `${relative(file.name)}: ${fullName}`),
  )
  const brokeOff = failed === 0 && (exitCode !== 0 || !report.success)
  return { passed: report.numPassedTests, failed: brokeOff ? 1 : failed, skipped }
}

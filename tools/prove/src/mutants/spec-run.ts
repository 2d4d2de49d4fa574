/** What jest's `--json` file says, as far as it is read here. */
export interface JestReport {
  readonly numTotalTests: number
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** What became of a run of specs. */
export type SpecRun =
  | { readonly kind: 'green' }
  /** A test failed: its full name. */
  | { readonly kind: 'red'; readonly test: string }
  /** No test could be run: that says nothing of the specs. */
  | { readonly kind: 'broken'; readonly why: string }

/** The first test that failed, if one did. */
export function readReport(report: JestReport): SpecRun {
  const failed = report.testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed'))
  if (failed.length > 0) return { kind: 'red', test: failed[0]!.fullName.trim() }
  const broken = report.testResults.find(({ status }) => status === 'failed')
  if (broken !== undefined) return { kind: 'broken', why: broken.message }
  if (report.numTotalTests === 0) return { kind: 'broken', why: 'there is no test in these specs' }
  return report.success ? { kind: 'green' } : { kind: 'broken', why: 'jest failed without a failing test' }
}

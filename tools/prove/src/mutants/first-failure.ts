/** Before the name of the first test that failed, on standard output. */
export const FAILED = 'failed test: '

/** A reporter for jest that tells of a failed test at once, so that nobody waits for the others. */
export default class FirstFailure {
  onTestCaseResult(_file: unknown, result: { readonly status: string; readonly fullName: string }): void {
    if (result.status === 'failed') process.stdout.write(`${FAILED}${result.fullName.trim()}\n`)
  }
}

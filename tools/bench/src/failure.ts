/** Why a benchmark could not be run, written for the person at the terminal; shown without a stack. */
export class BenchFailure extends Error {
  override readonly name = 'BenchFailure'
}

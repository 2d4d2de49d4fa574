/** The input files are wrong; the message names file, line and field and says what is expected. */
export class InputError extends Error {
  override readonly name = 'InputError'

  /** @param line counted from 1; null when the whole file is meant */
  constructor(file: string, line: number | null, problem: string) {
    super(line === null ? `${file}: ${problem}` : `${file}:${line}: ${problem}`)
  }
}

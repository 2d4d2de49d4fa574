import { lastLines } from './process/log-file'

/** A reason why something could not be started, written for the person at the terminal; shown without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}

/** Says what did not start and why, with the end of its log. */
export function withLog(what: string, logFile: string): StartFailure {
  const lines = lastLines(logFile)
  const log =
    lines.length === 0 ? `its log ${logFile} is empty` : [`the end of ${logFile}:`, ...lines.map((line) => `  ${line}`)].join('\n')
  return new StartFailure(`${what}; ${log}`)
}

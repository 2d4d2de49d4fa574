import { PayloadError } from './payload'
import type { PlatformName, PlatformReport } from './platform'
import { READERS } from './platforms'

export interface ReadReports {
  readonly reports: readonly PlatformReport[]
  /** Why events of the body, or the whole of it, cannot be read. */
  readonly problems: readonly string[]
}

/** What a body reports; events that cannot be read are named, and cost only themselves. */
export function readReports(platform: string, body: Buffer): ReadReports {
  const reader = READERS[platform as PlatformName]
  const reports: PlatformReport[] = []
  const problems: string[] = []
  const orProblem = <T>(read: () => T, otherwise: T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error
      problems.push(error.message)
      return otherwise
    }
  }
  const events = orProblem(() => reader.events(reader.decode(body)), [])
  for (const event of events) reports.push(...orProblem(() => reader.reports(event), []))
  return { reports, problems }
}

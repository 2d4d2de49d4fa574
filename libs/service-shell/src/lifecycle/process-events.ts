import type { Logger } from '@laurel/telemetry'

/** A supervisor that asked for an end expects it within 5 s; this leaves room to write the last line. */
export const DRAIN_DEADLINE_MS = 4_800

/** The part of `process` that is used here. */
export interface ProcessEvents {
  on(event: string, listener: (value: unknown) => void): unknown
  exit(code: number): void
}

export interface Exits {
  readonly drain: () => Promise<void>
  readonly logger: Logger
  readonly process: ProcessEvents
}

/**
 * SIGTERM and SIGINT drain, then exit 0; a drain that fails or takes longer than 4.8 s exits 1 with a log line.
 * An error that nobody caught leaves an unknown state behind: exit 1 at once, the supervisor starts anew.
 */
export function exitOnProcessEvents({ drain, logger, process }: Exits): void {
  let draining = false
  const onSignal = (signal: string): void => {
    if (draining) return
    draining = true
    logger.info('shutting down', { signal })
    const deadline = setTimeout(() => {
      logger.error('shutdown took too long: exiting with work unfinished', { deadline_ms: DRAIN_DEADLINE_MS })
      process.exit(1)
    }, DRAIN_DEADLINE_MS)
    void drain()
      .then(() => logger.info('shut down'))
      .then(() => 0)
      .catch((error: unknown) => {
        logger.error('shutdown failed', { err: error })
        return 1
      })
      .then((code) => {
        clearTimeout(deadline)
        process.exit(code)
      })
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => onSignal(signal))
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => {
      logger.error('fatal: exiting', { event, err: error, fatal: true })
      process.exit(1)
    })
  }
}

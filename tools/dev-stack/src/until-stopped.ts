/** Aborts when the person or the system wants this process to end. */
export interface StopRequest {
  readonly signal: AbortSignal
  /** Exit code for being stopped before the work was done: 128 and the signal's number. */
  exitCode(): number
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

/**
 * Turns SIGINT, SIGTERM, SIGHUP, the end of the parent (tools/bootstrap.mjs holds a channel to this process) and an error
 * that nobody caught into one abort, so that all of them end in the same orderly stop. Later signals change nothing: a terminal and npm both send Ctrl-C on, and the shutdown is bounded anyway.
 */
export function listenForStop(): StopRequest {
  const controller = new AbortController()
  let code = 128 + NUMBERS.SIGTERM
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) code = 128 + NUMBERS[name]
      controller.abort()
    })
  }
  process.on('uncaughtException', (error) => {
    console.error(error)
    if (!controller.signal.aborted) code = 1
    controller.abort()
  })
  process.once('disconnect', () => controller.abort())
  // The channel itself is no reason to stay.
  process.channel?.unref()
  return { signal: controller.signal, exitCode: () => code }
}

/** Resolves on the abort. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

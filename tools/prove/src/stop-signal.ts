/** Aborts on SIGINT, SIGTERM, SIGHUP and when the parent that holds a channel to this process is gone. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = (why: string) => controller.abort(new Error(`stopped: ${why}`))
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(name))
  process.once('disconnect', () => stop('the command that started this is gone'))
  // The channel itself is no reason to stay.
  process.channel?.unref()
  return controller.signal
}

/**
 * How a handler says what became of its attempt. The set is closed: PermanentJobError (no retry helps),
 * PostponeJobError (the same attempt later), and any other error (a retry may help).
 */

/** No retry helps: the job fails at once, is kept with this reason, and can be redriven. */
export class PermanentJobError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PermanentJobError'
  }
}

/** Not now: the job is taken again after `delayMs`, and no retry is used up. */
export class PostponeJobError extends Error {
  constructor(
    message: string,
    readonly delayMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'PostponeJobError'
  }
}

/** How items are applied and given up. Both must be all or nothing. */
export interface Application<T> {
  /** Applies all items together or throws. */
  apply(items: readonly T[]): Promise<void>
  /** Records that this one item cannot be applied, or throws. */
  giveUp(item: T, error: unknown): Promise<void>
  /** Runs `attempt` until it succeeds or the retry policy gives up, and then throws its last error. */
  retry(attempt: () => Promise<void>): Promise<void>
  /** True for a failure that says nothing about the items, such as a database that is away: it is rethrown at once. */
  isOutage(error: unknown): boolean
}

/**
 * Applies items together; when that fails for good, halves them, left half first, down to the single items that fail
 * alone, which are given up. So one bad item among n costs about 2·log2(n) extra attempts, and the others are applied
 * in order. Halves are tried once, single items and the whole under the retry policy.
 */
export async function applyIsolating<T>(items: readonly T[], application: Application<T>): Promise<void> {
  const first = await failureOf(() => application.retry(() => application.apply(items)), application)
  if (first === null) return
  await halve(items, first.error, application)
}

async function halve<T>(items: readonly T[], error: unknown, application: Application<T>): Promise<void> {
  if (items.length === 1) return application.giveUp(items[0]!, error)
  const middle = items.length >> 1
  for (const half of [items.slice(0, middle), items.slice(middle)]) {
    const attempt = () => application.apply(half)
    const failure = await failureOf(() => (half.length === 1 ? application.retry(attempt) : attempt()), application)
    if (failure !== null) await halve(half, failure.error, application)
  }
}

async function failureOf<T>(attempt: () => Promise<void>, application: Application<T>): Promise<{ error: unknown } | null> {
  try {
    await attempt()
    return null
  } catch (error) {
    if (application.isOutage(error)) throw error
    return { error }
  }
}

/**
 * What a failed statement means for its caller, by SQLSTATE (PostgreSQL documentation, appendix A) or by the error of
 * the socket below it. TypeORM wraps the driver's error and keeps its code.
 */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, driverError, cause } = error as { code?: unknown; driverError?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return codeOf(driverError) ?? codeOf(cause)
}

const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])
/** 08 connection exceptions; 57P0x shutdown or restart; 53 out of connections, disk or memory; 58030 I/O; 25006 a standby. */
const UNAVAILABLE_STATE = /^(08...|57P0[1-5]|53...|58030|25006)$/
/** What node-postgres says without a code when the server goes away under it or the pool cannot connect in time. */
const UNAVAILABLE_MESSAGE =
  /connection terminated|connection ended|not queryable|timeout exceeded when trying to connect|timeout expired|client was closed|query runner already released/i

/** No transaction could be begun, whatever the reason: a server that is away, a full pool, a wrong password. */
export class NoConnectionError extends Error {
  constructor(cause: unknown) {
    super(`no database connection: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'NoConnectionError'
  }
}

/** True when the database itself cannot be used now: the same work may succeed later, and no input is to blame. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof NoConnectionError) return true
  const code = codeOf(error)
  if (code !== undefined) return SOCKET_CODES.has(code) || UNAVAILABLE_STATE.test(code)
  return error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message)
}

/** True when the transaction lost against another one and may be repeated at once: serialization failure or deadlock. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  return code === '40001' || code === '40P01' || error instanceof WriteConflictError
}

/** A row was inserted or changed by someone else between reading and writing it: repeat the whole transaction. */
export class WriteConflictError extends Error {
  constructor(readonly table: string) {
    super(`rows of ${table} were changed by another transaction in the meantime; the transaction is repeated`)
    this.name = 'WriteConflictError'
  }
}

import pino from 'pino'
import { redactFields, redactText } from './redact'
import { currentTrace } from './trace'

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** A logger that adds these fields to each of its lines. */
  child(fields: Record<string, unknown>): Logger
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LoggerOptions {
  readonly service: string
  /** One of LOG_LEVELS; lines below it are not written. */
  readonly level: string
  /** Takes whole lines; standard output by default. */
  readonly destination?: { write(line: string): void }
}

/**
 * Writes JSON lines {level, time, service, pid, trace_id?, span_id?, message, …fields}: time is RFC 3339 UTC with
 * milliseconds, level a name. Secrets and e-mail addresses are redacted by key at any depth, and in texts. Lines are
 * written synchronously, so the last one before an exit is not lost. Throws for an unknown level.
 */
export function createLogger(options: LoggerOptions): Logger {
  if (!LOG_LEVELS.some((level) => level === options.level)) {
    throw new Error(`log level must be one of ${LOG_LEVELS.join(', ')}`)
  }
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: { service: options.service, pid: process.pid },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: traceFields,
    // Fields arrive redacted and plain; pino's own serializer would label errors as Object.
    serializers: { err: (plain: unknown) => plain },
  }
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true })
  return new PinoLogger(pino(settings, destination))
}

class PinoLogger implements Logger {
  constructor(private readonly target: pino.Logger) {}

  debug(message: string, fields?: Record<string, unknown>): void {
    this.write('debug', message, fields)
  }
  info(message: string, fields?: Record<string, unknown>): void {
    this.write('info', message, fields)
  }
  warn(message: string, fields?: Record<string, unknown>): void {
    this.write('warn', message, fields)
  }
  error(message: string, fields?: Record<string, unknown>): void {
    this.write('error', message, fields)
  }
  child(fields: Record<string, unknown>): Logger {
    return new PinoLogger(this.target.child(lineFields(fields)))
  }

  private write(level: pino.Level, message: string, fields?: Record<string, unknown>): void {
    if (!this.target.isLevelEnabled(level)) return
    this.target[level](fields === undefined ? {} : lineFields(fields), redactText(message))
  }
}

function traceFields(): object {
  const trace = currentTrace()
  return trace === undefined ? {} : { trace_id: trace.traceId, span_id: trace.spanId }
}

const OWN_KEYS: ReadonlySet<string> = new Set(['level', 'time', 'service', 'pid', 'message', 'trace_id', 'span_id'])

/** A field named like one of the line's own keys gets an underscore, since a JSON key must not appear twice. */
function lineFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(redactFields(fields)).map(([key, value]) => [OWN_KEYS.has(key) ? `${key}_` : key, value]))
}

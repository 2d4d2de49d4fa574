import type { LoggerService } from '@nestjs/common'
import type { Logger } from './logger'

/** Sends Nest's own log calls to a Logger. Nest passes its context (and for errors a stack before it) as last texts. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.info(textOf(message), fieldsOf(message, rest))
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(textOf(message), fieldsOf(message, rest))
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(textOf(message), fieldsOf(message, rest))
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.error(textOf(message), { ...fieldsOf(message, rest), fatal: true })
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(message, rest))
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(message, rest))
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message
  return message instanceof Error ? message.message : 'see details'
}

function fieldsOf(message: unknown, rest: readonly unknown[]): Record<string, unknown> {
  const texts = rest.filter((part) => typeof part === 'string')
  const others = rest.filter((part) => typeof part === 'object' && part !== null)
  const stack = texts.find((text) => text.includes('\n    at '))
  const context = texts.findLast((text) => text !== stack)
  const details = [...(typeof message === 'string' ? [] : [message]), ...others]
  return {
    ...(context === undefined ? {} : { context }),
    ...(stack === undefined ? {} : { stack }),
    ...(details.length === 0 ? {} : { details }),
  }
}

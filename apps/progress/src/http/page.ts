import { ApiPropertyOptional } from '@nestjs/swagger'
import { IsString } from 'class-validator'
import { EXAMPLE, LimitField, Optional, Problem } from '@laurel/service-shell'

export const UUID_PART = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** The query of every list. */
export class PageQuery {
  @LimitField()
  limit = 50

  @ApiPropertyOptional({ description: 'next_cursor of the page before; the first page without it', example: EXAMPLE.cursor })
  @Optional()
  @IsString({ message: 'must be given once' })
  cursor?: string
}

/** An opaque text of the key that a page ended with, which `readCursor` takes apart again. */
export function writeCursor(...key: readonly string[]): string {
  return Buffer.from(key.join(' ')).toString('base64url')
}

/**
 * The key in a cursor, null without one.
 *
 * @param parts a regular expression for each part of the key
 * @throws Problem 400 naming cursor, when it is none that `writeCursor` made of such a key
 */
export function readCursor(cursor: string | undefined, ...parts: readonly string[]): string[] | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString()
  const isOurs = new RegExp(`^${parts.join(' ')}$`).test(text) && writeCursor(text) === cursor
  if (!isOurs) throw Problem.badRequest('cursor must be the next_cursor of a page of this list', 'cursor')
  return text.split(' ')
}

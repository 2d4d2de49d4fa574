/** A part of a page that a command writes, between two markers that stand there already. */
export interface PageBlock {
  /** Of the page, for the message when the markers are missing. */
  readonly page: string
  readonly begin: string
  readonly end: string
}

/**
 * The page's text with `content` alone between the markers; the rest as it was.
 *
 * @throws Error naming the markers when the page does not have them in this order
 */
export function withBlock(text: string, { page, begin, end }: PageBlock, content: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} must have a block from ${begin} to ${end}`)
  return [text.slice(0, from), begin, '\n\n', content, '\n\n', text.slice(to)].join('')
}

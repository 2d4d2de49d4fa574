export interface Element {
  /** JSON text of an object. */
  readonly text: string
  /** Line on which the object begins, counted from 1. */
  readonly line: number
}

const [QUOTE, BACKSLASH, NEWLINE] = [34, 92, 10]
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT, COMMA] = [91, 93, 123, 125, 44]

/**
 * The elements of a JSON array of objects as they come in, so that an array of any size can be read.
 *
 * @throws SyntaxError naming the line when the text is no array of objects or ends early. The text of an element is
 *   not checked beyond its brackets.
 */
export async function* elementsOf(chunks: AsyncIterable<string>): AsyncGenerator<Element> {
  let depth = 0
  let line = 1
  let inString = false
  let escaped = false
  let ended = false
  let from = { text: '', line: 0 }
  for await (const chunk of chunks) {
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk.charCodeAt(i)
      if (c === NEWLINE) line++
      if (inString) {
        if (escaped) escaped = false
        else if (c === BACKSLASH) escaped = true
        else if (c === QUOTE) inString = false
        continue
      }
      if (depth === 1 && c === OPEN_OBJECT) {
        from = { text: '', line }
        start = i
        depth = 2
      } else if (depth >= 2) {
        if (c === QUOTE) inString = true
        else if (c === OPEN_OBJECT || c === OPEN_ARRAY) depth++
        else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) depth--
        if (depth === 1) yield { text: from.text + chunk.slice(start, i + 1), line: from.line }
      } else if (depth === 0 && c === OPEN_ARRAY && !ended) depth = 1
      else if (depth === 1 && c === CLOSE_ARRAY) {
        depth = 0
        ended = true
      } else if (!isSpace(c) && !(depth === 1 && c === COMMA)) {
        throw new SyntaxError(`line ${line}: ${JSON.stringify(chunk[i])} where a JSON array of objects was expected`)
      }
    }
    if (depth >= 2) from.text += chunk.slice(start)
  }
  if (!ended) throw new SyntaxError(`line ${line}: the JSON array of objects has no end`)
}

function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13) || c === 0xfeff
}

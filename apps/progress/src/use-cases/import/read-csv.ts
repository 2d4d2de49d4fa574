import { Readable, pipeline } from 'node:stream'
import { parse, type Parser } from 'csv-parse'
import { fieldsOfCells, KNOWN_COLUMNS, readHistoryRow, REQUIRED_COLUMNS } from '../../domain/history-row'
import { LONGEST_ROW, malformed, UnreadableFileError, type FileRow } from './file-row'

const BROKEN_OFF = `is longer than ${LONGEST_ROW} bytes, or a quote in it is never closed: nothing after it was read`

/**
 * The rows of a CSV file (RFC 4180; a byte order mark, LF line ends and empty lines are taken as well) with a header line,
 * read as fast as they are asked for. A record of another width is a malformed row. One that never ends is the last: where
 * the next would begin cannot be known.
 *
 * @throws UnreadableFileError for a header line that lacks a column that every row needs, or names an unknown one or one twice
 */
export async function* readCsv(body: AsyncIterable<Buffer>, now: () => Date): AsyncGenerator<FileRow> {
  let columns: readonly string[] | undefined
  for await (const record of recordsOf(body)) {
    if (record === BROKEN) {
      yield { ...malformed(BROKEN_OFF, ''), isEnd: true }
      return
    }
    if (columns === undefined) columns = checked(record)
    else yield toRow(columns, record, now())
  }
  if (columns === undefined) throw new UnreadableFileError('body', 'the file is empty: it begins with a header line')
}

const BROKEN = Symbol('broken off')
type CsvRecord = readonly string[] | typeof BROKEN

/**
 * The parser forgives stray quotes and odd widths, so the one fault it can still find is a record without an end. That is
 * put among the records, for an error event would overtake the good ones before it.
 */
function recordsOf(body: AsyncIterable<Buffer>): AsyncIterable<CsvRecord> {
  const parser: Parser = parse({
    bom: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    skip_records_with_error: true,
    on_skip: () => void parser.push(BROKEN),
  })
  // The reader of the parser gets the error; there is nobody else to tell.
  pipeline(Readable.from(body, { objectMode: false }), parser, () => undefined)
  return parser
}

function checked(columns: readonly string[]): readonly string[] {
  const missing = REQUIRED_COLUMNS.find((column) => !columns.includes(column))
  if (missing !== undefined) throw new UnreadableFileError(missing, 'is missing in the header line')
  const unknown = columns.find((column) => !KNOWN_COLUMNS.has(column))
  if (unknown !== undefined) {
    throw new UnreadableFileError(unknown.slice(0, 100), `is not a known column: there are ${[...KNOWN_COLUMNS].join(', ')}`)
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index)
  if (twice !== undefined) throw new UnreadableFileError(twice, 'is twice in the header line')
  return columns
}

function toRow(columns: readonly string[], cells: readonly string[], now: Date): FileRow {
  if (cells.length !== columns.length)
    return malformed(`has ${cells.length} fields where the header line has ${columns.length}`, JSON.stringify(cells))
  const fields = fieldsOfCells(columns, cells)
  return { read: readHistoryRow(fields, now), text: JSON.stringify(fields) }
}

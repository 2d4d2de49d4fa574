export type Cell = string | number

/**
 * A table with box-drawing lines: the first column to the left, the others to the right, as wide as needed.
 *
 * @param header one cell per column
 * @param rows cells in the header's order; missing ones are blank
 */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const text = [header, ...rows].map((row) => header.map((_, column) => cellText(row[column])))
  const widths = header.map((_, column) => Math.max(...text.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    `│ ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' │ ')} │`
  const rule = (left: string, middle: string, right: string) => left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right
  const [head, ...body] = text
  return [rule('┌', '┬', '┐'), line(head!), rule('├', '┼', '┤'), ...body.map(line), rule('└', '┴', '┘')]
}

function cellText(cell: Cell | undefined): string {
  return typeof cell === 'number' ? thousands(cell) : (cell ?? '')
}

/** `1 234 567`, for people. */
export function thousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ')
}

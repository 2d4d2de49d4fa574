import { rounded, type Bar, type Outcome, type Table } from './outcome'

/** Thousands apart, four significant digits: `10,600`, `3.142`; a dash for what was not measured. */
export function number(value: number): string {
  return Number.isNaN(value) ? '–' : rounded(value).toLocaleString('en-US', { maximumSignificantDigits: 21 })
}

/** A table with aligned columns, its title above. */
export function tableText({ title, head, rows }: Table): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')
  return [title, ...[line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].map((text) => `  ${text}`)].join(
    '\n',
  )
}

/** The tables, what to know about them, and the bars. */
export function outcomeText({ tables, notes, bars }: Outcome): string {
  const barTable: Table = { title: 'Bars', head: ['', 'value', 'limit', ''], rows: bars.map(barRow) }
  return [...tables.map(tableText), notes.map((note) => `· ${note}`).join('\n'), tableText(barTable)].filter(Boolean).join('\n\n')
}

/** One line of JSON: `{name, figures, bars}`, names in snake_case, numbers rounded. What was not measured is null. */
export function outcomeLine(name: string, { figures, bars }: Outcome): string {
  return JSON.stringify(written({ name, figures, bars }))
}

/** Names in snake_case, numbers rounded. */
export function written(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value)
  if (Array.isArray(value)) return value.map(written)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [snakeCase(key), written(held)]))
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function barRow(bar: Bar): string[] {
  const limit = 'at_least' in bar ? `≥ ${number(bar.at_least)}` : `≤ ${number(bar.at_most)}`
  return [bar.what, number(bar.value), limit, bar.ok ? 'held' : 'MISSED']
}

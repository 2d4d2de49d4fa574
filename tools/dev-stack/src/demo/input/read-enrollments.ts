import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { EnrollmentRequestedV1 } from '@laurel/contracts'
import { CsvError, parse } from 'csv-parse/sync'
import { ENROLLMENT_FIELDS } from './files'
import { InputError } from './input-error'
import { unreadable } from './unreadable'

export interface EnrollmentRow {
  /** Line of the file, counted from 1. */
  readonly line: number
  readonly data: EnrollmentRequestedV1
}

interface Parsed {
  readonly info: { readonly lines: number }
  readonly record: Readonly<Record<string, string>>
}

/** Those of the generated sample, and the one that it has no use for. */
const FIELDS: readonly string[] = [...ENROLLMENT_FIELDS, 'reason']

/**
 * Reads enrollments.csv: a header with the fields of enrollment.requested in any order, then a row for each request;
 * an empty cell is an absent field.
 *
 * @throws InputError
 */
export async function readEnrollments(path: string): Promise<EnrollmentRow[]> {
  const file = basename(path)
  const text = await readFile(path).catch((error: unknown) => {
    throw unreadable(error, path)
  })
  return rowsOf(file, text).map(({ info, record }) => {
    const filled = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''))
    const parsed = EnrollmentRequestedV1.parse(filled)
    if (!parsed.ok) throw new InputError(file, info.lines, parsed.reason)
    return { line: info.lines, data: parsed.data }
  })
}

function rowsOf(file: string, text: Buffer): Parsed[] {
  const columns = (header: string[]) => checkedHeader(file, header)
  try {
    return parse(text, { columns, bom: true, info: true, skip_empty_lines: true }) as unknown as Parsed[]
  } catch (error) {
    if (error instanceof CsvError) throw new InputError(file, Number(error['lines']) || null, error.message)
    throw error
  }
}

function checkedHeader(file: string, header: string[]): string[] {
  const unknown = header.filter((name) => !FIELDS.includes(name))
  const missing = ['user_id', 'course_version_id', 'action', 'requested_at'].filter((name) => !header.includes(name))
  if (unknown.length === 0 && missing.length === 0) return header
  const problems = [
    ...unknown.map((name) => `column ${JSON.stringify(name)} is unknown`),
    ...missing.map((name) => `column ${name} is missing`),
  ]
  throw new InputError(file, 1, `${problems.join('; ')} (columns: ${FIELDS.join(', ')})`)
}

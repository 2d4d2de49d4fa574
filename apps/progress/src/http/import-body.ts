import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsIn, ValidateIf } from 'class-validator'
import { CountBody, EXAMPLE, IdBody, ListBody, NextCursorBody, TimeBody } from '@laurel/service-shell'
import { KEPT_ERRORS, type ImportError, type ImportRun } from '../persistence/import-store'

const STATES = ['running', 'done', 'stopped'] as const satisfies readonly ImportRun['state'][]

export class ImportQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description:
      'true says what the import would do, and does nothing. Rows that rest on an enrollment further up in the file count as they would; ' +
      'that an attempt contradicts one more than 500 rows above is not found',
  })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  dry_run: 'true' | 'false' = 'false'
}

/** A lesson as a row of a file, in both formats. */
export const IMPORT_EXAMPLES = {
  csv: {
    summary: 'text/csv',
    value:
      'record,user_id,course_version_id,lesson_id,progress_percentage,occurred_at\n' +
      `lesson,${EXAMPLE.user},${EXAMPLE.version},${EXAMPLE.lesson},100,${EXAMPLE.time}\n`,
  },
  ndjson: {
    summary: 'application/x-ndjson',
    value:
      JSON.stringify({
        record: 'lesson',
        user_id: EXAMPLE.user,
        course_version_id: EXAMPLE.version,
        lesson_id: EXAMPLE.lesson,
        progress_percentage: 100,
        occurred_at: EXAMPLE.time,
      }) + '\n',
  },
}

export class ImportErrorBody {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Number of the row, the header and empty lines not counted', example: 17 })
  readonly row: number

  @ApiProperty({ type: String, nullable: true, description: 'Null when the row as a whole is at fault', example: 'lesson_id' })
  readonly field: string | null

  @ApiProperty({ example: 'is no lesson of this course version' })
  readonly detail: string
}

class ImportCountsBody {
  @IdBody('import')
  readonly import_id: string

  @ApiProperty({
    enum: STATES,
    example: 'done',
    description:
      'running: send the file again to go on. stopped: a record without an end; the rows before it are applied, those behind it are not',
  })
  readonly state: ImportRun['state']

  @CountBody('Rows dealt with: applied, unchanged or rejected', 20_000)
  readonly rows: number

  @CountBody('Rows that changed something', 19_500)
  readonly applied: number

  @CountBody('Rows that were recorded before', 483)
  readonly unchanged: number

  @CountBody('Rows that changed nothing because of an error', 17)
  readonly rejected: number
}

export class ImportResultBody extends ImportCountsBody {
  @ApiProperty({ example: false })
  readonly dry_run: boolean

  @ListBody(ImportErrorBody, 'The first 100 errors')
  readonly errors: readonly ImportErrorBody[]
}

export class ImportStateBody extends ImportCountsBody {
  @TimeBody('When the first rows were applied')
  readonly started_at: string

  @TimeBody('When the last rows were applied')
  readonly updated_at: string

  @ListBody(ImportErrorBody, `A page of the errors; the first ${KEPT_ERRORS} are kept, but for those of learners who were erased`)
  readonly errors: readonly ImportErrorBody[]

  @NextCursorBody()
  readonly next_cursor: string | null
}

export function toCounts({ importId, state, rows, applied, unchanged, rejected }: ImportRun): ImportCountsBody {
  return { import_id: importId, state, rows, applied, unchanged, rejected }
}

export function toErrors(errors: readonly ImportError[]): ImportErrorBody[] {
  return errors.map(({ row, field, detail }) => ({ row, field, detail }))
}

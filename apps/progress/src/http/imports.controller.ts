import type { Readable } from 'node:stream'
import { CourseVersionStore } from '@laurel/course-versions'
import { transaction } from '@laurel/postgres'
import { ApiProblems, Problem, Roles, StreamedBody, UuidPipe } from '@laurel/service-shell'
import { Body, Controller, createParamDecorator, Get, Param, Put, Query, type ExecutionContext } from '@nestjs/common'
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { importHistory, type ImportOutcome } from '../use-cases/import-history'
import type { ImportFormat } from '../use-cases/import/rows-of-file'
import { readImport } from '../use-cases/read-import'
import { IMPORT_EXAMPLES, ImportQuery, ImportResultBody, ImportStateBody, toCounts, toErrors } from './import-body'
import { PageQuery, readCursor, writeCursor } from './page'
import { ImportParam } from './path-fields'

const CSV = 'text/csv'
const NDJSON = 'application/x-ndjson'

/** What the body is, of the types that the route takes. (`@Headers` would document a header that OpenAPI tells readers to ignore.) */
const Format = createParamDecorator((_data: unknown, context: ExecutionContext): ImportFormat => {
  const { headers } = context.switchToHttp().getRequest<{ headers: { 'content-type': string } }>()
  return headers['content-type'].toLowerCase().startsWith(NDJSON) ? 'ndjson' : 'csv'
})

@ApiTags('imports')
@Controller('api/v1/imports/:import_id')
export class ImportsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: CourseVersionStore,
  ) {}

  @Put()
  @Roles('admin')
  @ApiOperation({
    summary: 'Imports history: enrollments, lessons and quiz attempts, one per row',
    description:
      'As CSV with a header line or as JSON objects on lines. `record` says which: `enrollment` (enrolled_at; source_of_enrollment, ' +
      'org_id, due_at, status active or cancelled_by_user), `lesson` (lesson_id, progress_percentage, occurred_at) or `quiz_attempt` ' +
      '(quiz_id, attempt_number, score, completed_at; started_at); every row has user_id and course_version_id. Sending the same ' +
      'file again goes on where it broke off, and gives the result of one that is done; another file is a 409.',
  })
  @ImportParam()
  @StreamedBody(CSV, NDJSON)
  @ApiBody({ schema: { type: 'string', format: 'binary' }, examples: IMPORT_EXAMPLES })
  @ApiOkResponse({ type: ImportResultBody })
  @ApiProblems(409)
  async import(
    @Param('import_id', UuidPipe) id: string,
    @Query() query: ImportQuery,
    @Format() format: ImportFormat,
    @Body() body: Readable,
  ): Promise<ImportResultBody> {
    const isDryRun = query.dry_run === 'true'
    const outcome = await importHistory(this.dataSource, this.versions, {
      importId: id.toLowerCase(),
      format,
      body,
      isDryRun,
    })
    return toResult(outcome, isDryRun)
  }

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'How far the import has got, also while it runs, and what was wrong with its rows' })
  @ImportParam()
  @ApiOkResponse({ type: ImportStateBody })
  @ApiProblems(404)
  async read(@Param('import_id', UuidPipe) id: string, @Query() query: PageQuery): Promise<ImportStateBody> {
    const [after] = readCursor(query.cursor, '\\d{1,9}') ?? ['0']
    const page = await transaction(this.dataSource, (tx) => readImport(tx, id, Number(after), query.limit))
    if (page === null) throw Problem.notFound(`no import ${id}`)
    return {
      ...toCounts(page.run),
      started_at: page.run.startedAt.toISOString(),
      updated_at: page.run.updatedAt.toISOString(),
      errors: toErrors(page.errors),
      next_cursor: page.next === null ? null : writeCursor(String(page.next)),
    }
  }
}

function toResult(outcome: ImportOutcome, isDryRun: boolean): ImportResultBody {
  switch (outcome.kind) {
    case 'finished':
      return { ...toCounts(outcome.run), dry_run: isDryRun, errors: toErrors(outcome.errors) }
    case 'another-file':
      throw conflict('import_id is that of an import of another file')
    case 'overtaken':
      throw conflict('import_id is being imported by another request, which goes on')
    case 'unreadable':
      throw Problem.badRequest(`${outcome.field}: ${outcome.reason}`, outcome.field)
    default:
      return outcome satisfies never
  }
}

function conflict(detail: string): Problem {
  return new Problem(409, detail, { errors: [{ field: 'import_id', detail }] })
}

import { CourseVersionStore } from '@laurel/course-versions'
import { ApiProblems, CurrentCaller, Problem, UuidPipe, type Caller } from '@laurel/service-shell'
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CallerDatabase } from '../persistence/caller-database'
import type { EnrollmentKey } from '../persistence/enrollment-store'
import { listRoster } from '../use-cases/list-roster'
import { readCursor, UUID_PART, writeCursor } from './page'
import { CourseParam } from './path-fields'
import { courseSight } from './read-access'
import { RosterQuery } from './read-dto'
import { RosterBody, toRosterEntry } from './roster-body'

@ApiTags('administration')
@Controller('api/v1/courses/:id/roster')
export class RosterController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who is or was enrolled in a course version, or in any version of a course. For administrators' })
  @CourseParam()
  @ApiOkResponse({ type: RosterBody })
  @ApiProblems(403, 404)
  list(@Param('id', UuidPipe) id: string, @Query() query: RosterQuery, @CurrentCaller() caller: Caller): Promise<RosterBody> {
    const { orgId } = courseSight(caller, query.org_id)
    const filter = { orgId, status: query.status ?? null, minPercentage: query.min_percentage, maxPercentage: query.max_percentage }
    const after = toKey(query.cursor)
    return this.callers.run(caller, async (tx) => {
      const roster = await listRoster(tx, this.versions, id.toLowerCase(), filter, after, query.limit)
      if (roster === null) throw Problem.notFound(`no course or course version ${id}`)
      const { entries, next } = roster
      return { items: entries.map(toRosterEntry), next_cursor: next && writeCursor(next.courseVersionId, next.userId) }
    })
  }
}

function toKey(cursor: string | undefined): EnrollmentKey | null {
  const key = readCursor(cursor, UUID_PART, UUID_PART)
  return key && { courseVersionId: key[0]!, userId: key[1]! }
}

import { CourseVersionStore } from '@laurel/course-versions'
import { ApiProblems, CurrentCaller, type Caller } from '@laurel/service-shell'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CallerDatabase } from '../persistence/caller-database'
import { isInOrganisation, type MyCoursesKey } from '../persistence/my-courses-store'
import { listMyCourses } from '../use-cases/list-my-courses'
import { MyCoursesBody, toMyCourse } from './my-courses-body'
import { readCursor, UUID_PART, writeCursor } from './page'
import { anotherLearner, learnerToRead } from './read-access'
import { MyCoursesQuery } from './read-dto'

@ApiTags('progress')
@Controller('api/v1/courses')
export class MyCoursesController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The courses that the caller is or was enrolled in, or those of another learner' })
  @ApiOkResponse({ type: MyCoursesBody })
  @ApiProblems(403)
  list(@Query() query: MyCoursesQuery, @CurrentCaller() caller: Caller): Promise<MyCoursesBody> {
    const { userId, orgId } = learnerToRead(caller, query.user_id)
    const after = toKey(query.cursor)
    return this.callers.run(caller, async (tx) => {
      if (orgId !== null && !(await isInOrganisation(tx, userId, orgId))) throw anotherLearner()
      const filter = { userId, orgId, status: query.status ?? null }
      const { courses, next } = await listMyCourses(tx, this.versions, filter, after, query.limit)
      return { items: courses.map(toMyCourse), next_cursor: next && writeCursor(next.enrolledAtMicros, next.courseVersionId) }
    })
  }
}

function toKey(cursor: string | undefined): MyCoursesKey | null {
  const key = readCursor(cursor, '-?\\d{1,18}', UUID_PART)
  return key && { enrolledAtMicros: key[0]!, courseVersionId: key[1]! }
}

import { CourseVersionStore } from '@laurel/course-versions'
import { ApiProblems, type Caller, CurrentCaller, Problem, UuidParam, UuidPipe } from '@laurel/service-shell'
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CallerDatabase } from '../persistence/caller-database'
import { readStatistics } from '../use-cases/read-statistics'
import { courseSight } from './read-access'
import { StatisticsQuery } from './read-dto'
import { CourseStatisticsBody, toStatisticsBody } from './statistics-body'

@ApiTags('administration')
@Controller('api/v1/courses/:id/statistics')
export class StatisticsController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'How the learners of one course version fare, and where they stop',
    description: 'For administrators; those of an organisation see its learners.',
  })
  @UuidParam('id', 'A course version', 'version')
  @ApiOkResponse({ type: CourseStatisticsBody })
  @ApiProblems(403, 404, 422)
  async read(
    @Param('id', UuidPipe) id: string,
    @Query() query: StatisticsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<CourseStatisticsBody> {
    const { orgId } = courseSight(caller, query.org_id)
    const answer = await this.callers.run(caller, (tx) => readStatistics(tx, this.versions, id.toLowerCase(), orgId))
    switch (answer.kind) {
      case 'found':
        return toStatisticsBody(answer.statistics)
      case 'unknown':
        throw Problem.notFound(`no course version ${id}`)
      case 'course':
        throw Problem.unprocessable(`${id} is a course: name one of its versions, ${answer.courseVersionIds.join(', ')}`, 'id')
      default:
        return answer satisfies never
    }
  }
}

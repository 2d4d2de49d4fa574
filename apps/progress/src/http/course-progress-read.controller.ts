import { CourseVersionStore } from '@laurel/course-versions'
import { ApiProblems, CurrentCaller, UuidPipe, type Caller } from '@laurel/service-shell'
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CallerDatabase } from '../persistence/caller-database'
import { readCourseProgress } from '../use-cases/read-course-progress'
import { CourseProgressBody, toCourseProgressBody } from './course-progress-body'
import { notEnrolled, requireCourseInSight } from './enrolled-course'
import { CourseParam } from './path-fields'
import { learnerToRead } from './read-access'
import { LearnerQuery } from './read-dto'

@ApiTags('progress')
@Controller('api/v1/courses/:id/progress')
export class CourseProgressReadController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'A learner’s progress with every lesson, quiz and attempt, and where to go on' })
  @CourseParam()
  @ApiOkResponse({ type: CourseProgressBody })
  @ApiProblems(403, 404, 409)
  read(@Param('id', UuidPipe) id: string, @Query() query: LearnerQuery, @CurrentCaller() caller: Caller): Promise<CourseProgressBody> {
    const learner = learnerToRead(caller, query.user_id)
    return this.callers.run(caller, async (tx) => {
      const { version } = await requireCourseInSight(tx, this.versions, id, learner)
      const progress = await readCourseProgress(tx, version, learner.userId)
      if (progress === null) throw notEnrolled(id)
      return toCourseProgressBody(progress)
    })
  }
}

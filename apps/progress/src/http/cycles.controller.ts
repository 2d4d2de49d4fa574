import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CourseVersionStore } from '@laurel/course-versions'
import { ApiProblems, CurrentCaller, UuidPipe, type Caller } from '@laurel/service-shell'
import { CallerDatabase } from '../persistence/caller-database'
import { readCycles, type CycleStanding } from '../use-cases/read-cycles'
import { toTime } from './body-fields'
import { CyclesBody, type CycleItemBody } from './cycle-dto'
import { requireCourseInSight } from './enrolled-course'
import { CourseParam } from './path-fields'
import { learnerToRead } from './read-access'
import { LearnerQuery } from './read-dto'

@ApiTags('enrollments')
@Controller('api/v1/courses/:id/cycles')
export class CyclesController {
  constructor(
    private readonly callers: CallerDatabase,
    private readonly versions: CourseVersionStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every time that the learner took the course' })
  @CourseParam()
  @ApiOkResponse({ type: CyclesBody })
  @ApiProblems(403, 404, 409)
  async read(@Param('id', UuidPipe) id: string, @Query() { user_id }: LearnerQuery, @CurrentCaller() caller: Caller): Promise<CyclesBody> {
    const learner = learnerToRead(caller, user_id)
    return this.callers.run(caller, async (tx) => {
      const { enrollment, version } = await requireCourseInSight(tx, this.versions, id, learner)
      const cycles = await readCycles(tx, enrollment, version.rule)
      return { user_id: enrollment.userId, course_version_id: enrollment.courseVersionId, items: cycles.map(present) }
    })
  }
}

function present({ enrollment, closedAt, percentage, completedLessons, totalLessons }: CycleStanding): CycleItemBody {
  return {
    cycle: enrollment.cycle,
    status: enrollment.status,
    status_reason: enrollment.statusReason,
    cycle_started_at: enrollment.cycleStartedAt.toISOString(),
    closed_at: toTime(closedAt),
    enrolled_at: enrollment.enrolledAt.toISOString(),
    completed_at: toTime(enrollment.completedAt),
    percentage,
    completed_lessons: completedLessons,
    total_lessons: totalLessons,
  }
}

import { transaction } from '@laurel/postgres'
import { ApiProblems, Problem, Roles } from '@laurel/service-shell'
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { Checker, type CheckerState } from '../checker/checker'
import type { WhichLearner } from '../persistence/check-store'
import { listRuns } from '../persistence/checker-run-store'
import {
  CheckBody,
  CheckerHealthBody,
  CheckerRunBody,
  CheckerRunsBody,
  LearnerChecksBody,
  ProcessBatchBody,
  RunsQuery,
  toCheckBody,
  toRunBody,
} from './checker.dto'

@ApiTags('checker')
@Controller('api/v1/checker')
@Roles('admin')
export class CheckerController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly checker: Checker,
  ) {}

  @Get('health')
  @ApiOperation({ summary: 'How far the checks of external platforms have got' })
  @ApiOkResponse({ type: CheckerHealthBody })
  async health(): Promise<CheckerHealthBody> {
    const state = await this.checker.state()
    return {
      status: statusOf(state),
      platforms: state.platforms,
      due: state.due,
      unchecked_since: state.uncheckedSince?.toISOString() ?? null,
      last_run: state.lastRun && toRunBody(state.lastRun),
    }
  }

  @Post('process-batch')
  @HttpCode(200)
  @ApiOperation({ summary: 'Checks one batch of those due, the longest unchecked first' })
  @ApiOkResponse({ type: CheckerRunBody })
  @ApiProblems(409)
  async processBatch(@Body() { batch_size }: ProcessBatchBody): Promise<CheckerRunBody> {
    const run = await this.checker.processBatch(batch_size)
    if (run === null) throw Problem.conflict('the checker is at work: see GET /api/v1/checker/runs')
    return toRunBody(run)
  }

  @Post('check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Checks one learner in a course now, due or not' })
  @ApiOkResponse({ type: LearnerChecksBody })
  @ApiProblems(404)
  async check(@Body() body: CheckBody): Promise<LearnerChecksBody> {
    const checks = await this.checker.check(whichLearner(body))
    if (checks.length === 0) throw Problem.notFound('no such learner in this course on a platform that can be asked')
    return { items: checks.map(toCheckBody) }
  }

  @Get('runs')
  @ApiOperation({ summary: 'The runs of the checker, the latest first' })
  @ApiOkResponse({ type: CheckerRunsBody })
  async runs(@Query() { cursor, limit }: RunsQuery): Promise<CheckerRunsBody> {
    const found = await transaction(this.dataSource, (tx) => listRuns(tx, cursor ?? null, limit + 1))
    const items = found.slice(0, limit)
    return { items: items.map(toRunBody), next_cursor: found.length > limit ? items.at(-1)!.id : null }
  }
}

function whichLearner({ email, user_id, course_id: courseId }: CheckBody): WhichLearner {
  if (email !== undefined && user_id === undefined) return { courseId, email }
  if (user_id !== undefined && email === undefined) return { courseId, userId: user_id }
  throw Problem.badRequest('give either email or user_id', 'user_id')
}

function statusOf({ lastRun }: CheckerState): CheckerHealthBody['status'] {
  if (lastRun === null) return 'never-ran'
  const { ended, processed, errors } = lastRun
  const isFailing = ended === 'failed' || ended === 'interrupted' || ended === 'platform-away' || (processed > 0 && errors === processed)
  return isFailing ? 'failing' : 'ok'
}

import { Readable } from 'node:stream'
import { retryingTransaction, transaction } from '@laurel/postgres'
import { ApiProblems, CurrentCaller, Problem, Roles, UuidPipe, type Caller } from '@laurel/service-shell'
import { Controller, Delete, Get, Logger, Param, StreamableFile } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { CallerDatabase } from '../persistence/caller-database'
import { eraseLearner, KEPT } from '../use-cases/erase-learner'
import { exportLearner } from '../use-cases/export-learner'
import { ErasureBody, LearnerExportBody } from './learner-data-body'
import { LearnerParam } from './path-fields'

@ApiTags('learners')
@Controller('api/v1/learners/:user_id')
export class LearnersController {
  private readonly logger = new Logger(LearnersController.name)

  constructor(
    private readonly dataSource: DataSource,
    private readonly callers: CallerDatabase,
  ) {}

  @Get('export')
  @ApiOperation({ summary: 'Everything that progress holds about a learner, for themself or an administrator' })
  @LearnerParam()
  @ApiOkResponse({ type: LearnerExportBody })
  @ApiProblems(403)
  async export(@Param('user_id', UuidPipe) id: string, @CurrentCaller() caller: Caller): Promise<StreamableFile> {
    const userId = id.toLowerCase()
    if (userId !== caller.userId && !caller.isAdmin) throw Problem.forbidden('the data of another learner is for administrators')
    const parts = exportLearner(
      { caller: (work) => this.callers.run(caller, work), writer: (work) => transaction(this.dataSource, work) },
      userId,
      new Date(),
    )
    // The first part is read before the answer begins, so that a database that is away is a 503 and not a cut answer.
    const first = await parts.next()
    return new StreamableFile(Readable.from(joined(first.value as string, parts), { objectMode: false }), { type: 'application/json' })
  }

  @Delete()
  @ApiOperation({ summary: 'Erases a learner’s data and says what is kept of it and why; a repeat finds nothing left' })
  @LearnerParam()
  @Roles('admin')
  @ApiOkResponse({ type: ErasureBody })
  async erase(@Param('user_id', UuidPipe) id: string): Promise<ErasureBody> {
    const userId = id.toLowerCase()
    const erased = await retryingTransaction(this.dataSource, (tx) => eraseLearner(tx, userId, new Date()))
    this.logger.log('learner erased', erased)
    return { user_id: userId, erased, kept: KEPT }
  }
}

async function* joined(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

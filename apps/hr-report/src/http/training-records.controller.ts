import { transaction } from '@laurel/postgres'
import { CurrentCaller, Problem, Roles, type Caller } from '@laurel/service-shell'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { countTrainingRecords, listTrainingRecords } from '../persistence/training-record-store'
import { toBody, TrainingRecordsBody, TrainingRecordsQuery, TrainingRecordStatsBody } from './training-record.dto'

const MAX_RECORDS = 1_000

@ApiTags('training records')
@ApiBearerAuth()
@Controller('api/v1/training-records')
export class TrainingRecordsController {
  constructor(private readonly dataSource: DataSource) {}

  /** A learner's training records, latest first: one's own, or with the role admin anyone's. */
  @Get()
  @ApiOkResponse({ type: TrainingRecordsBody })
  async list(@Query() query: TrainingRecordsQuery, @CurrentCaller() caller: Caller): Promise<TrainingRecordsBody> {
    const userId = query.user_id ?? caller.userId
    if (userId !== caller.userId && !caller.isAdmin) throw Problem.forbidden('the records of another learner are for the role admin')
    const records = await transaction(this.dataSource, (tx) => listTrainingRecords(tx, userId, MAX_RECORDS))
    return { items: records.map(toBody) }
  }

  /** How many completions are recorded, and how many of them HR has. */
  @Get('stats')
  @Roles('admin')
  @ApiOkResponse({ type: TrainingRecordStatsBody })
  stats(): Promise<TrainingRecordStatsBody> {
    return transaction(this.dataSource, countTrainingRecords)
  }
}

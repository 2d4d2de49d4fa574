import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger'
import { transaction } from '@laurel/postgres'
import { Problem, Roles } from '@laurel/service-shell'
import { DataSource } from 'typeorm'
import { StatementSender } from '../lrs/statement-sender'
import { destinationFigures } from '../persistence/destination-figures'
import { DESTINATION, retryFailed } from '../persistence/statement-store'
import { DestinationDto, RetriesDto } from './destination.dto'

@ApiTags('destinations')
@ApiBearerAuth()
@Controller('api/v1/destinations')
@Roles('admin')
export class DestinationsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sender: StatementSender,
  ) {}

  /** Where statements go, and how far each destination is behind. */
  @Get()
  @ApiOkResponse({ type: [DestinationDto] })
  async list(): Promise<DestinationDto[]> {
    const destinations = await transaction(this.dataSource, destinationFigures)
    return destinations.map(({ oldestUnsentSeconds, ...figures }) => ({
      ...figures,
      oldest_unsent_age_seconds: oldestUnsentSeconds,
      breaker: this.sender.breakerState,
    }))
  }

  /** Sends the statements that the destination refused once more, for when the reason is mended. */
  @Post(':name/retries')
  @HttpCode(200)
  @ApiOkResponse({ type: RetriesDto })
  async retry(@Param('name') name: string): Promise<RetriesDto> {
    if (name !== DESTINATION) throw Problem.notFound('there is no such destination: GET /api/v1/destinations lists them')
    return { statements: await transaction(this.dataSource, retryFailed) }
  }
}

import { JobQueue, type JobStats } from '@laurel/jobs'
import { Roles } from '../auth/caller'
import { Controller, Get } from '@nestjs/common'
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger'

export class JobStatsBody implements JobStats {
  @ApiProperty({ type: Number, description: 'Jobs that wait for their first or next attempt' })
  readonly queueLength: number
  @ApiProperty({ type: Number, description: 'Jobs being processed now, by all replicas' })
  readonly activeJobs: number
  @ApiProperty({ type: Number, description: 'Jobs that failed for good; kept until redriven' })
  readonly failedJobs: number
  @ApiProperty({ type: Boolean, description: 'Whether any job is being processed now' })
  readonly processing: boolean
}

/** The jobs of a service that has some: list it among the controllers, and provide JobQueue. */
@ApiTags('jobs')
@Controller('api/v1/jobs')
export class JobsController {
  constructor(private readonly jobs: JobQueue) {}

  /** Live counts of the jobs of all replicas. */
  @Get('stats')
  @Roles('admin')
  @ApiOkResponse({ type: JobStatsBody })
  stats(): Promise<JobStatsBody> {
    return this.jobs.stats()
  }
}

import { ApiProperty } from '@nestjs/swagger'

/** How far the delivery to one destination has come. */
export class DestinationDto {
  @ApiProperty({ example: 'lrs' })
  name: string

  @ApiProperty({ description: 'Statements stored but not yet sent' })
  unsent: number

  @ApiProperty({ description: 'Statements delivered since the schema was made' })
  sent: number

  @ApiProperty({ description: 'Statements that the destination refused; POST …/retries sends them again' })
  failed: number

  @ApiProperty({ type: Number, nullable: true, description: 'Seconds since the oldest unsent statement was stored' })
  oldest_unsent_age_seconds: number | null

  @ApiProperty({ enum: ['closed', 'open', 'half-open'], nullable: true, description: 'null where another process sends' })
  breaker: 'closed' | 'open' | 'half-open' | null
}

/** What a retry of failed statements set in motion. */
export class RetriesDto {
  @ApiProperty({ description: 'Statements that will be sent again' })
  statements: number
}

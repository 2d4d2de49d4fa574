import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsIn, IsOptional, IsUUID } from 'class-validator'
import { LimitField } from '@laurel/service-shell'
import { DELIVERY_STATUSES, type DeliveryStatus, type ListedDelivery } from '../persistence/webhook-delivery-store'
import { PLATFORMS, type PlatformName } from '../webhooks/platform'

const PLATFORM = { message: `must be one of ${PLATFORMS.join(', ')}` }
const STATUS = { message: `must be one of ${DELIVERY_STATUSES.join(', ')}` }

export class WebhookDeliveriesQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES, STATUS)
  readonly status?: DeliveryStatus

  @ApiPropertyOptional({ enum: PLATFORMS })
  @IsOptional()
  @IsIn(PLATFORMS, PLATFORM)
  readonly platform?: PlatformName

  @LimitField()
  readonly limit: number = 50

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'next_cursor of the page before; the first page without it' })
  @IsOptional()
  @IsUUID('loose', { message: 'must be the next_cursor of a page of this list' })
  readonly cursor?: string
}

export class RedriveDto {
  @ApiProperty({ enum: DELIVERY_STATUSES, description: 'Deliveries of this status are tried anew' })
  @IsIn(DELIVERY_STATUSES, STATUS)
  readonly status: DeliveryStatus

  @ApiPropertyOptional({ enum: PLATFORMS, description: 'Only those of this platform' })
  @IsOptional()
  @IsIn(PLATFORMS, PLATFORM)
  readonly platform?: PlatformName
}

export class RedrivenBody {
  @ApiProperty({ type: Number, description: 'How many are tried anew' })
  readonly deliveries: number
}

export class WebhookDeliveryBody {
  @ApiProperty({ type: String, format: 'uuid', description: 'What a completion that it brought names as its source' })
  readonly delivery_id: string
  @ApiProperty({ type: String })
  readonly platform: string
  @ApiProperty({
    enum: DELIVERY_STATUSES,
    description: 'received: not processed yet; waiting: to be tried again; failed: until it is redriven',
  })
  readonly status: DeliveryStatus
  @ApiProperty({ type: String, nullable: true, description: 'What became of the last attempt' })
  readonly reason: string | null
  @ApiProperty({ type: Number })
  readonly attempts: number
  @ApiProperty({ type: String, format: 'date-time' })
  readonly received_at: string
  @ApiProperty({ type: Number, description: 'Seconds since it was received' })
  readonly age_seconds: number
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null when no further attempt is made' })
  readonly next_attempt_at: string | null
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly settled_at: string | null
}

export class WebhookDeliveriesBody {
  @ApiProperty({ type: [WebhookDeliveryBody], description: 'In the order in which they were received' })
  readonly items: WebhookDeliveryBody[]
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null on the last page' })
  readonly next_cursor: string | null
}

export function toBody(delivery: ListedDelivery, now: Date): WebhookDeliveryBody {
  return {
    delivery_id: delivery.deliveryId,
    platform: delivery.platform,
    status: delivery.status,
    reason: delivery.reason,
    attempts: delivery.attempts,
    received_at: delivery.receivedAt.toISOString(),
    age_seconds: Math.floor((now.getTime() - delivery.receivedAt.getTime()) / 1_000),
    next_attempt_at: delivery.dueAt?.toISOString() ?? null,
    settled_at: delivery.settledAt?.toISOString() ?? null,
  }
}

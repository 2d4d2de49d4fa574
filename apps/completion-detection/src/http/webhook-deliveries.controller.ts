import { databaseTime } from '../persistence/database-time'
import { transaction } from '@laurel/postgres'
import { Roles } from '@laurel/service-shell'
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { listDeliveries, redriveDeliveries } from '../persistence/webhook-delivery-store'
import { RedriveDto, RedrivenBody, toBody, WebhookDeliveriesBody, WebhookDeliveriesQuery } from './webhook-delivery.dto'

/** What became of deliveries. Their bodies are never shown: they hold what platforms say of learners. */
@ApiTags('webhooks')
@Controller('api/v1/webhooks/deliveries')
@Roles('admin')
export class WebhookDeliveriesController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @ApiOperation({ summary: 'Deliveries of platforms: which wait or failed, for how long and why' })
  @ApiOkResponse({ type: WebhookDeliveriesBody })
  async list(@Query() { status, platform, limit, cursor }: WebhookDeliveriesQuery): Promise<WebhookDeliveriesBody> {
    const filter = { status: status ?? null, platform: platform ?? null }
    const found = await transaction(this.dataSource, (tx) => listDeliveries(tx, filter, cursor ?? null, limit + 1))
    const page = found.slice(0, limit)
    const now = new Date()
    return {
      items: page.map((delivery) => toBody(delivery, now)),
      next_cursor: found.length > limit ? page.at(-1)!.deliveryId : null,
    }
  }

  @Post('redrive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has deliveries of a status tried anew, for when the reason is mended' })
  @ApiOkResponse({ type: RedrivenBody })
  async redrive(@Body() { status, platform }: RedriveDto): Promise<RedrivenBody> {
    const deliveries = await transaction(this.dataSource, async (tx) =>
      redriveDeliveries(tx, status, platform ?? null, await databaseTime(tx)),
    )
    return { deliveries }
  }
}

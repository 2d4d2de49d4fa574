import { listParked, type ParkedEvent } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { Roles } from '../auth/caller'
import { ParkedBody, ParkedEventBody, ParkedQuery } from './parked.dto'

/** The parked events of a service that parks some: list it among the controllers, and provide DataSource. */
@ApiTags('parked events')
@Controller('api/v1/parked')
export class ParkedController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'Events that wait for something that has not arrived, the longest parked first' })
  @ApiOkResponse({ type: ParkedBody })
  async list(@Query() { limit, cursor }: ParkedQuery): Promise<ParkedBody> {
    const found = await transaction(this.dataSource, (tx) => listParked(tx, cursor ?? null, limit + 1))
    const page = found.slice(0, limit)
    const now = Date.now()
    return { items: page.map((event) => toBody(event, now)), next_cursor: found.length > limit ? page.at(-1)!.parkedId : null }
  }
}

function toBody(event: ParkedEvent, now: number): ParkedEventBody {
  return {
    waits_for: event.waitsFor,
    reason: event.reason,
    topic: event.topic,
    partition: event.partition,
    offset: event.offset,
    received_at: event.recordTime.toISOString(),
    parked_at: event.parkedAt.toISOString(),
    age_seconds: Math.max(0, Math.floor((now - event.parkedAt.getTime()) / 1_000)),
  }
}

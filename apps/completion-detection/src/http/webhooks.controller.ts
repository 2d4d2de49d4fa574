import type { IncomingHttpHeaders } from 'node:http'
import { transaction } from '@laurel/postgres'
import { ApiProblems, Problem, Public } from '@laurel/service-shell'
import { Body, Controller, createParamDecorator, HttpCode, Param, Post, type ExecutionContext } from '@nestjs/common'
import { ApiAcceptedResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { databaseTime } from '../persistence/database-time'
import { proveDelivery, receiveWebhook } from '../use-cases/receive-webhook'
import { PLATFORMS, RefusedWebhook, type Refusal } from '../webhooks/platform'
import { READERS, WebhookSources } from '../webhooks/platforms'
import { WebhookMetrics } from '../webhooks/webhook-metrics'
import { RawBody } from './raw-json'

/** (`@Headers` would document headers that OpenAPI tells readers to ignore.) */
const AllHeaders = createParamDecorator((_data: unknown, context: ExecutionContext): IncomingHttpHeaders => {
  return context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>().headers
})

const PlatformParam = () => ApiParam({ name: 'platform', enum: PLATFORMS })

export class TakenDeliveryBody {
  @ApiProperty({ type: String, format: 'uuid', description: 'Ours; a repeat has that of the first' })
  readonly delivery_id: string
}

/** Where learning platforms tell of completions. Whoever sends proves it by a signature or by the secret in the path, with no token. */
@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sources: WebhookSources,
    private readonly metrics: WebhookMetrics,
  ) {}

  @Post(':platform')
  @Public()
  @HttpCode(202)
  @RawBody()
  @PlatformParam()
  @ApiOperation({ summary: 'Takes a signed delivery: it is stored when this answers, and processed after' })
  @ApiAcceptedResponse({ type: TakenDeliveryBody })
  @ApiProblems(401, 404)
  takeSigned(
    @Param('platform') platform: string,
    @AllHeaders() headers: IncomingHttpHeaders,
    @Body() body: Buffer | undefined,
  ): Promise<TakenDeliveryBody> {
    return this.take(platform, headers, null, body)
  }

  @Post(':platform/:secret')
  @Public()
  @HttpCode(202)
  @RawBody()
  @PlatformParam()
  @ApiParam({ name: 'secret', description: 'The secret of this webhook' })
  @ApiOperation({ summary: 'The same, for platforms that sign nothing' })
  @ApiAcceptedResponse({ type: TakenDeliveryBody })
  @ApiProblems(401, 404)
  takeUnsigned(
    @Param('platform') platform: string,
    @Param('secret') secret: string,
    @AllHeaders() headers: IncomingHttpHeaders,
    @Body() body: Buffer | undefined,
  ): Promise<TakenDeliveryBody> {
    return this.take(platform, headers, secret, body)
  }

  private async take(
    name: string,
    headers: IncomingHttpHeaders,
    pathSecret: string | null,
    body: Buffer = Buffer.alloc(0),
  ): Promise<TakenDeliveryBody> {
    const source = this.sources.find(name)
    if (source === null) throw Problem.notFound('there is no webhook for this platform')
    try {
      const proven = await proveDelivery({ ...source, reader: READERS[source.platform] }, { body, headers, pathSecret })
      const { deliveryId, isNew } = await transaction(this.dataSource, async (tx) => receiveWebhook(tx, proven, await databaseTime(tx)))
      this.metrics.countReceived(source.platform, isNew)
      return { delivery_id: deliveryId }
    } catch (error) {
      if (!(error instanceof RefusedWebhook)) throw error
      this.metrics.countRefused(source.platform, error.refusal)
      throw PROBLEMS[error.refusal](error)
    }
  }
}

/** RFC 9110, section 11.6.1: a 401 names what is asked for. */
const unproven = ({ message }: Error) => new Problem(401, message, { headers: { 'www-authenticate': 'Webhook' } })

const PROBLEMS: Readonly<Record<Refusal, (refused: RefusedWebhook) => Problem>> = {
  unsigned: unproven,
  'bad-signature': unproven,
  stale: unproven,
  unreadable: ({ message }) => Problem.badRequest(message),
  undecidable: (refused) => Problem.unavailable(refused.message, 5, { cause: refused }),
}

import { randomUUID } from 'node:crypto'
import { Health, startService, type RunningService } from '@laurel/service-shell'
import { Metrics } from '@laurel/telemetry'
import { createTestDatabase, RecordingLogger, SigningIam, type TestDatabase } from '@laurel/testing'
import { Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { webhooksMigration } from '../persistence/migrations/002-webhooks'
import { PLATFORMS, type PlatformName, type WebhookRequest } from '../webhooks/platform'
import { WebhookSources } from '../webhooks/platforms'
import { WebhookMetrics } from '../webhooks/webhook-metrics'
import { BODIES, bytes, CanvasKeys, newSecret, PROOFS, said } from '../webhooks/webhooks.fixture'
import { RawBodies } from './raw-json'
import { WebhookDeliveriesController } from './webhook-deliveries.controller'
import { WebhooksController } from './webhooks.controller'

export interface WebhookAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly delivery_id: string
    readonly detail: string
    readonly items: readonly { readonly platform: string }[]
    readonly next_cursor: string | null
  }
}

interface Sent {
  /** Null: no token. */
  readonly roles?: readonly string[] | null
  readonly body?: string
  readonly type?: string
}

/** The webhooks over HTTP, with a real database, tokens and the key set of Canvas. Nothing processes what is stored. */
export class WebhooksApi {
  readonly secrets = Object.fromEntries(PLATFORMS.map((name) => [name, [newSecret(), newSecret()]])) as Record<
    PlatformName,
    [string, string]
  >
  readonly keys = new CanvasKeys()
  readonly logger = new RecordingLogger()
  readonly metrics = new Metrics('completion-detection')
  database: TestDatabase
  private readonly iam = new SigningIam()
  private service: RunningService

  async start(): Promise<void> {
    await Promise.all([this.iam.start(), this.keys.start()])
    this.database = await createTestDatabase({ schema: 'completion', migrations: [webhooksMigration] })
    const { jwksUrl, issuer, audience } = this.iam
    this.service = await startService({
      config: {
        service: 'completion-detection',
        host: '127.0.0.1',
        port: 0,
        logLevel: 'debug',
        role: 'api',
        databaseUrl: this.database.url,
        kafkaBrokers: ['127.0.0.1:1'],
        kafkaSessionTimeoutMs: 10_000,
        rateLimitPerSecond: 0,
        iam: { jwksUrl, issuer, audience },
      },
      module: this.module(),
      logger: this.logger,
      metrics: this.metrics,
      health: new Health(),
      title: 'Webhooks',
      version: '0.0.0',
      process: null,
    })
  }

  async stop(): Promise<void> {
    await this.service?.close()
    await this.database?.drop()
    await Promise.all([this.iam.stop(), this.keys.stop()])
  }

  /** A delivery over the wire. */
  send(platform: string, { body, headers, pathSecret }: WebhookRequest, type = 'application/json'): Promise<WebhookAnswer> {
    const path = pathSecret === null ? platform : `${platform}/${pathSecret}`
    return this.fetch('POST', path, { 'content-type': type, ...(headers as Record<string, string>) }, new Uint8Array(body))
  }

  /** A request with a token, an administrator's unless told. */
  async call(method: string, path: string, { roles = ['admin'], body, type = 'application/json' }: Sent = {}): Promise<WebhookAnswer> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': type }
    if (roles !== null) headers['authorization'] = `Bearer ${await this.iam.token(randomUUID(), { roles })}`
    return this.fetch(method, path, headers, body)
  }

  /** A delivery that its platform proves with the newer secret. */
  proven(platform: PlatformName, body = bodyOf(platform)): WebhookRequest {
    return PROOFS[platform](body, this.secrets[platform][0])
  }

  stored(): Promise<Record<string, unknown>[]> {
    return this.database.dataSource.query('select * from webhook_delivery order by delivery_id')
  }

  private async fetch(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<WebhookAnswer> {
    const init = { method, headers, ...(body === undefined ? {} : { body }) }
    const response = await fetch(`${this.service.url}/api/v1/webhooks/${path}`, init)
    return { status: response.status, headers: response.headers, body: (await response.json()) as WebhookAnswer['body'] }
  }

  private module() {
    @Module({
      controllers: [WebhooksController, WebhookDeliveriesController],
      providers: [
        RawBodies,
        { provide: DataSource, useValue: this.database.dataSource },
        { provide: WebhookSources, useValue: new WebhookSources({ secrets: this.secrets, canvasJwksUrl: this.keys.url }) },
        { provide: WebhookMetrics, useValue: new WebhookMetrics(this.metrics, this.database.dataSource) },
      ],
    })
    class WebhooksModule {}
    return WebhooksModule
  }
}

/** A body of a course of its own. */
export const bodyOf = (platform: PlatformName) => bytes(BODIES[platform](said({ courseId: randomUUID() })))

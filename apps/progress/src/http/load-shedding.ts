import { Injectable, type OnModuleInit } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { FastifyInstance } from 'fastify'
import { LessonReportQueue, queueIsFull } from './lesson-report-queue'

const REFUSAL = JSON.stringify(queueIsFull().body)
const HEADERS = { ...queueIsFull().headers, 'content-type': 'application/problem+json' }

/**
 * Refuses reports at the door while the queue is full, before their token and body cost anything: what the service can
 * do goes to those that it takes.
 */
@Injectable()
export class LoadShedding implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly queue: LessonReportQueue,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>()
    server.addHook('onRequest', (request, reply, done) => {
      if (request.method !== 'PATCH' || !this.queue.isFull) return done()
      void reply.code(503).headers(HEADERS).send(REFUSAL)
    })
  }
}

import { Module, type DynamicModule } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ClientKafka, Transport, type MicroserviceOptions } from '@nestjs/microservices'
import type { DataSource } from 'typeorm'
import { CompletionTracker } from './completion-tracker'
import { readConfig } from './config'
import { plainDataSource } from './data-source'
import { Handled, LessonCompletedController, PRODUCER } from './lesson-completed.controller'
import { PLAIN_GROUP } from './topics'

const REPORT_MS = 50

@Module({})
class PlainCompletionModule {
  static over(dataSource: DataSource, producer: ClientKafka): DynamicModule {
    return {
      module: PlainCompletionModule,
      controllers: [LessonCompletedController],
      providers: [
        { provide: CompletionTracker, useValue: new CompletionTracker(dataSource) },
        { provide: PRODUCER, useValue: producer },
        Handled,
      ],
    }
  }
}

/** The plain way to do the same work: Nest's own Kafka transport, one event after the other, TypeORM, then emit. */
async function start(): Promise<void> {
  const { databaseUrl, brokers } = readConfig()
  const client = { clientId: 'bench-plain', brokers }
  const producer = new ClientKafka({ client, producerOnlyMode: true })
  await producer.connect()
  const module = PlainCompletionModule.over(await plainDataSource(databaseUrl), producer)
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    transport: Transport.KAFKA,
    options: { client, consumer: { groupId: PLAIN_GROUP }, subscribe: { fromBeginning: true } },
    logger: ['error'],
  })
  const handled = app.get(Handled)
  setInterval(() => process.send?.({ handled: handled.count }), REPORT_MS).unref()
  await app.listen()
}

void start()

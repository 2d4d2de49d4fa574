import { Controller, Get, Module, ValidationPipe, type DynamicModule } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { DataSource } from 'typeorm'
import { readConfig, type BaselineConfig } from './config'
import { CourseVersion, Enrollment, LessonProgress } from './entities'
import { CONFIG, JwtGuard } from './jwt.guard'
import { LessonTracker } from './lesson-tracker'
import { ProgressController } from './progress.controller'

@Controller('health')
class HealthController {
  @Get()
  health() {
    return { status: 'ok' }
  }
}

@Module({})
class BaselineModule {
  static over(config: BaselineConfig, dataSource: DataSource): DynamicModule {
    return {
      module: BaselineModule,
      controllers: [ProgressController, HealthController],
      providers: [{ provide: CONFIG, useValue: config }, { provide: DataSource, useValue: dataSource }, LessonTracker, JwtGuard],
    }
  }
}

/** The plain way to serve the same route: Nest on Express, class-validator, TypeORM repositories, a statement after the other. */
async function start(): Promise<void> {
  const config = readConfig()
  const dataSource = await new DataSource({
    type: 'postgres',
    url: config.databaseUrl,
    schema: 'progress',
    poolSize: 10,
    entities: [Enrollment, LessonProgress, CourseVersion],
    installExtensions: false,
  }).initialize()
  const app = await NestFactory.create<NestExpressApplication>(BaselineModule.over(config, dataSource), new ExpressAdapter(), {
    logger: ['error'],
  })
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }))
  // As long as Fastify keeps connections, so that none of the load generator's is closed under a request.
  app.getHttpServer().keepAliveTimeout = 72_000
  await app.listen(config.port, '127.0.0.1')
}

void start()

import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'

/** Adds /openapi.json, made from the app's controllers, and Swagger UI on it at /docs. */
export function addDocs(app: INestApplication, title: string, version: string): void {
  const settings = new DocumentBuilder().setTitle(title).setVersion(version).addBearerAuth().build()
  const document = SwaggerModule.createDocument(app, settings)
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', raw: ['json'] })
}

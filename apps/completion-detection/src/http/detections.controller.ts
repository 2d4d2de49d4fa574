import { transaction } from '@laurel/postgres'
import { Problem, Roles } from '@laurel/service-shell'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { readDetections, type DetectionFilter } from '../persistence/detection-store'
import { DetectionsBody, DetectionsQuery, toDetectionsBody } from './detections.dto'

const DAY_MS = 86_400_000

@ApiTags('detections')
@Controller('api/v1/detections')
export class DetectionsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'How well the ways that find completions agree' })
  @ApiOkResponse({ type: DetectionsBody })
  async read(@Query() query: DetectionsQuery): Promise<DetectionsBody> {
    const filter = toFilter(query, new Date())
    return toDetectionsBody(filter, await transaction(this.dataSource, (tx) => readDetections(tx, filter)))
  }
}

function toFilter(query: DetectionsQuery, now: Date): DetectionFilter {
  const to = query.to === undefined ? now : new Date(query.to)
  const from = query.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(query.from)
  if (from >= to) throw Problem.badRequest('from must be before to', 'from')
  return { from, to, courseVersionId: query.course_version_id ?? null }
}

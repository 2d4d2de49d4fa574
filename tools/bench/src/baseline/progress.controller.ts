import { Body, Controller, Param, ParseUUIDPipe, Patch, Req, UseGuards } from '@nestjs/common'
import { JwtGuard, type AuthenticatedRequest } from './jwt.guard'
import { LessonTracker } from './lesson-tracker'
import { UpdateProgressDto } from './progress.dto'

@Controller('api/v1/courses')
@UseGuards(JwtGuard)
export class ProgressController {
  constructor(private readonly tracker: LessonTracker) {}

  @Patch(':id/progress')
  update(@Param('id', ParseUUIDPipe) courseVersionId: string, @Body() body: UpdateProgressDto, @Req() request: AuthenticatedRequest) {
    return this.tracker.update(request.userId, courseVersionId, body)
  }
}

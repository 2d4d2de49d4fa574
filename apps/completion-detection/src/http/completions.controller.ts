import { CourseVersionStore } from '@laurel/course-versions'
import { retryingTransaction, type Tx } from '@laurel/postgres'
import { ApiProblems, type Caller, CurrentCaller, Problem, UuidParam, UuidPipe } from '@laurel/service-shell'
import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common'
import { ApiCreatedResponse, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import type { EnrollmentRecord } from '../domain/enrollment-record'
import { explain } from '../domain/explanation'
import { inWords } from '../domain/explanation-text'
import { snapshot } from '../persistence/snapshot'
import { completeManually } from '../use-cases/complete-manually'
import { findEnrollmentRecord } from '../use-cases/find-enrollment-record'
import { revokeCompletion } from '../use-cases/revoke-completion'
import { administered, readable } from './completion-access'
import { CompleteManuallyDto, CompletionBody, RevokeDto, StandingBody, toCompletionBody, toStandingBody } from './completions.dto'
import { EXPLANATION_MODELS, ExplanationBody, toExplanationBody } from './explanation.dto'
import { refusalOf } from './manual-outcome'

@ApiTags('completions')
@ApiExtraModels(...EXPLANATION_MODELS)
@Controller('api/v1/completions/:userId/:courseVersionId')
@UuidParam('userId', 'The learner', 'user')
@UuidParam('courseVersionId', 'The course version', 'version')
@ApiProblems(403, 404)
export class CompletionsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly versions: CourseVersionStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether and when a learner completed a course version, cycle by cycle' })
  @ApiOkResponse({ type: StandingBody })
  async read(
    @Param('userId', UuidPipe) userId: string,
    @Param('courseVersionId', UuidPipe) versionId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<StandingBody> {
    return toStandingBody(explain(await this.readRecord(keyOf(userId, versionId), caller)))
  }

  @Get('explain')
  @ApiOperation({ summary: 'Why a learner completed a course version or did not, with the evidence; as plain text by Accept' })
  @ApiOkResponse({
    description: 'Each rule, what is missing, the evidence and the decision of each cycle',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ExplanationBody) } },
      'text/plain': { schema: { type: 'string', example: 'Course “Handling food safely” …' } },
    },
  })
  async explain(
    @Param('userId', UuidPipe) userId: string,
    @Param('courseVersionId', UuidPipe) versionId: string,
    @CurrentCaller() caller: Caller,
    @Headers('accept') accept: string | undefined,
  ): Promise<ExplanationBody | string> {
    const explanation = explain(await this.readRecord(keyOf(userId, versionId), caller))
    return accept?.startsWith('text/plain') ? inWords(explanation) : toExplanationBody(explanation)
  }

  @Post()
  @ApiOperation({ summary: 'Completes the open cycle by hand. For administrators; nothing is kept when it is refused' })
  @ApiCreatedResponse({ type: StandingBody })
  @ApiProblems(409)
  async complete(
    @Param('userId', UuidPipe) userId: string,
    @Param('courseVersionId', UuidPipe) versionId: string,
    @Body() { reason, completed_at }: CompleteManuallyDto,
    @CurrentCaller() caller: Caller,
  ): Promise<StandingBody> {
    const key = keyOf(userId, versionId)
    const completedAt = completed_at === undefined ? undefined : new Date(completed_at)
    const record = await retryingTransaction(this.dataSource, async (tx) => {
      await this.administeredRecord(tx, key, caller)
      const said = { ...key, completedAt, reason, actor: caller.userId }
      const refusal = refusalOf(await completeManually(tx, this.versions, said, new Date()))
      if (refusal) throw refusal // and nothing is kept
      return this.administeredRecord(tx, key, caller)
    })
    return toStandingBody(explain(record))
  }

  @Post('revoke')
  @HttpCode(200)
  @ApiOperation({ summary: 'Revokes the completion of a cycle, finally. For administrators; the first revocation counts' })
  @ApiOkResponse({ type: CompletionBody })
  revoke(
    @Param('userId', UuidPipe) userId: string,
    @Param('courseVersionId', UuidPipe) versionId: string,
    @Body() { reason, cycle }: RevokeDto,
    @CurrentCaller() caller: Caller,
  ): Promise<CompletionBody> {
    const key = keyOf(userId, versionId)
    return retryingTransaction(this.dataSource, async (tx) => {
      await this.administeredRecord(tx, key, caller)
      const completion = await revokeCompletion(tx, { ...key, cycle, reason, actor: caller.userId }, new Date())
      if (completion === null) throw Problem.notFound(cycle === undefined ? 'no cycle is complete' : `cycle ${cycle} is not complete`)
      return toCompletionBody(completion)
    })
  }

  private async readRecord(key: EnrollmentKey, caller: Caller): Promise<EnrollmentRecord> {
    const record = await snapshot(this.dataSource, (tx) => findEnrollmentRecord(tx, this.versions, key))
    return readable(caller, key.userId, record)
  }

  private async administeredRecord(tx: Tx, key: EnrollmentKey, caller: Caller): Promise<EnrollmentRecord> {
    return administered(caller, await findEnrollmentRecord(tx, this.versions, key))
  }
}

type EnrollmentKey = ReturnType<typeof keyOf>

function keyOf(userId: string, courseVersionId: string) {
  return { userId: userId.toLowerCase(), courseVersionId: courseVersionId.toLowerCase() }
}

import { transaction } from '@laurel/postgres'
import { CurrentCaller, Problem, UuidPipe, type Caller } from '@laurel/service-shell'
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiBearerAuth, ApiForbiddenResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger'
import { DataSource } from 'typeorm'
import { findByUid, listByLearner } from '../persistence/certificate-store'
import { CertificateBody, CertificatesBody, CertificatesQuery, toBody } from './certificate.dto'

const MAX_CERTIFICATES = 1_000

@ApiTags('certificates')
@ApiBearerAuth()
@Controller('api/v1/certificates')
export class CertificatesController {
  constructor(private readonly dataSource: DataSource) {}

  /** A learner's certificates, latest first: one's own, or with the role admin anyone's. */
  @Get()
  @ApiOkResponse({ type: CertificatesBody })
  @ApiForbiddenResponse()
  async list(@Query() query: CertificatesQuery, @CurrentCaller() caller: Caller): Promise<CertificatesBody> {
    const userId = query.user_id ?? caller.userId
    assertOwn(userId, caller)
    const certificates = await transaction(this.dataSource, (tx) => listByLearner(tx, userId, MAX_CERTIFICATES))
    return { items: certificates.map(toBody) }
  }

  /** One certificate: one's own, or with the role admin anyone's. */
  @Get(':certificate_uid')
  @ApiOkResponse({ type: CertificateBody })
  @ApiForbiddenResponse()
  @ApiNotFoundResponse()
  async find(@Param('certificate_uid', UuidPipe) uid: string, @CurrentCaller() caller: Caller): Promise<CertificateBody> {
    const certificate = await transaction(this.dataSource, (tx) => findByUid(tx, uid))
    if (!certificate) throw Problem.notFound(`there is no certificate ${uid}`)
    assertOwn(certificate.userId, caller)
    return toBody(certificate)
  }
}

function assertOwn(userId: string, caller: Caller): void {
  if (userId === caller.userId || caller.isAdmin) return
  throw Problem.forbidden('certificates of another learner are for the role admin')
}

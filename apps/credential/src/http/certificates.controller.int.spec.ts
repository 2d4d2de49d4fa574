import { randomUUID } from 'node:crypto'
import { transaction } from '@laurel/postgres'
import type { Caller } from '@laurel/service-shell'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { credentialDatabase } from '../credential.module'
import { drawCertificate, markIssued, type Certificate } from '../persistence/certificate-store'
import { CertificatesController } from './certificates.controller'

let database: TestDatabase
let controller: CertificatesController
let first: Certificate
let second: Certificate
const userId = randomUUID()

beforeAll(async () => {
  database = await createTestDatabase(credentialDatabase)
  controller = new CertificatesController(database.dataSource)
  first = await draw('2026-01-01T00:00:00.000Z')
  second = await draw('2026-02-01T00:00:00.000Z')
  await transaction(database.dataSource, (tx) => markIssued(tx, second.certificateUid, 'badge-1'))
})
afterAll(() => database.drop())

function draw(issuedAt: string): Promise<Certificate> {
  const terms = { title: 'Handling food safely', enabled: true, validityMonths: null, badgeTemplateId: 't-1' }
  const completion = { completionId: randomUUID(), userId, courseVersionId: randomUUID(), cycle: 1, score: null, outcome: null, terms }
  const learner = { email: 'a@learners.example', givenName: 'Ada', familyName: 'L' }
  const draft = { issuedAt: new Date(issuedAt), expiresAt: null, learner, snapshot: { title: terms.title, learner_name: 'Ada L' } }
  return transaction(database.dataSource, (tx) => drawCertificate(tx, completion, draft))
}

const caller = (id: string, isAdmin = false): Caller => ({ userId: id, orgId: null, roles: [], isAdmin, isOrgAdmin: false })

it('shows a learner their own certificates, latest first', async () => {
  const { items } = await controller.list({}, caller(userId))
  expect(items).toMatchObject([
    { certificate_uid: second.certificateUid, status: 'issued', credly_badge_id: 'badge-1', title: 'Handling food safely' },
    { certificate_uid: first.certificateUid, status: 'pending', credly_badge_id: null, expires_at: null, score: null },
  ])
  expect(JSON.stringify(items)).not.toContain('learners.example')
})

it('shows one by its certificate_uid', async () => {
  const certificate = await controller.find(second.certificateUid, caller(userId))
  expect(certificate).toMatchObject({
    certificate_uid: second.certificateUid,
    issued_at: '2026-02-01T00:00:00.000Z',
    learner_name: 'Ada L',
  })
})

it('shows them to nobody else but an administrator', async () => {
  const other = caller(randomUUID())
  await expect(controller.list({ user_id: userId }, other)).rejects.toMatchObject({ status: 403 })
  await expect(controller.find(first.certificateUid, other)).rejects.toMatchObject({ status: 403 })
  const admin = caller(randomUUID(), true)
  expect((await controller.list({ user_id: userId }, admin)).items).toHaveLength(2)
  expect(await controller.find(first.certificateUid, admin)).toMatchObject({ user_id: userId })
})

it('says so when there is none', async () => {
  await expect(controller.find(randomUUID(), caller(userId))).rejects.toMatchObject({ status: 404 })
})

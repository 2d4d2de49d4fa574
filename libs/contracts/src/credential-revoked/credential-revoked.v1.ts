import { defineEvent, type EventDefinition } from '../define-event'
import { completionId } from '../ids'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './credential-revoked.v1.schema.json'
import type { CredentialRevokedV1 as Data } from './credential-revoked.v1.type'

export type CredentialRevokedV1 = Data

/** A credential is withdrawn. */
export const CredentialRevokedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'credential.revoked',
  type: 'credential.revoked.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      certificate_uid: SAMPLE.certificate_uid,
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      completion_id: completionId({ ...SAMPLE, cycle: 1 }),
      revoked_at: '2026-03-01T12:00:05.000Z',
      reason: 'The completion was revoked.',
    },
  ],
})

import { defineEvent, type EventDefinition } from '../define-event'
import { completionId } from '../ids'
import { enrollmentKey } from '../keys'
import { SAMPLE } from '../sample-ids'
import schema from './credential-issued.v1.schema.json'
import type { CredentialIssuedV1 as Data } from './credential-issued.v1.type'

export type CredentialIssuedV1 = Data

/** A credential was issued for a completion. */
export const CredentialIssuedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'credential.issued',
  type: 'credential.issued.v1',
  schema,
  key: enrollmentKey,
  samples: [
    {
      certificate_uid: SAMPLE.certificate_uid,
      user_id: SAMPLE.user_id,
      course_version_id: SAMPLE.course_version_id,
      completion_id: completionId({ ...SAMPLE, cycle: 1 }),
      issued_at: '2026-01-09T10:30:03.000Z',
      expires_at: '2028-01-09T10:30:03.000Z',
    },
  ],
})

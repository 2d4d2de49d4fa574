import { defineEvent, type EventDefinition } from '../define-event'
import { SAMPLE } from '../sample-ids'
import schema from './learner-erased.v1.schema.json'
import type { LearnerErasedV1 as Data } from './learner-erased.v1.type'

export type LearnerErasedV1 = Data

/** Every service removes or pseudonymises what it may about a learner. */
export const LearnerErasedV1: EventDefinition<Data> = defineEvent<Data>({
  topic: 'learner.erased',
  type: 'learner.erased.v1',
  schema,
  key: (data) => data.user_id,
  samples: [
    {
      user_id: SAMPLE.user_id,
      erased_at: '2026-05-01T00:00:00.000Z',
    },
  ],
})

import type { Tx } from '@laurel/postgres'
import { eraseLearnerRows, type ErasedRows } from '../persistence/learner-data-store'

export interface Kept {
  readonly what: string
  readonly why: string
}

/** What is left of a learner after an erasure; the same for everybody. */
export const KEPT: readonly Kept[] = [
  {
    what: 'enrollments and closed cycles, under a random id and with days in place of times',
    why: 'statistics of the course version; the id is another for each version and leads back to nobody',
  },
  {
    what: 'events that are decided but not yet published',
    why: 'other services were promised them in order; each erases what it holds when it is told of the erasure',
  },
  {
    what: 'events already published',
    why: 'topics are the source that state is rebuilt from, and belong to the platform; what they say of the learner is not recorded again',
  },
  {
    what: 'a SHA-256 of the learner’s id, with the time of the erasure',
    why: 'so that events that arrive late or are replayed are not recorded again',
  },
]

/** Erases one learner; a repeat finds nothing left and keeps the time of the first. */
export function eraseLearner(tx: Tx, userId: string, at: Date): Promise<ErasedRows> {
  return eraseLearnerRows(tx, userId, at)
}

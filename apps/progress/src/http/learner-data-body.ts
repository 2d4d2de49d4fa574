import { ApiProperty } from '@nestjs/swagger'
import { CountBody, EXAMPLE, IdBody, ListBody, NullableTimeBody, TextBody, TimeBody } from '@laurel/service-shell'
import type { ErasedRows } from '../persistence/learner-data-store'
import { HELD_ELSEWHERE } from '../use-cases/export-learner'
import { KEPT } from '../use-cases/erase-learner'

const Rows = (description: string, example: object) =>
  ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description, example: [example] })

const ENROLLMENT = { course_version_id: EXAMPLE.version, status: 'active', enrolled_at: EXAMPLE.time, cycle: 1, progress_percentage: 50 }
const LESSON = { lesson_id: EXAMPLE.lesson, enrolled_course_version_id: EXAMPLE.version, status: 'completed', progress_percentage: 100 }
const ATTEMPT = { quiz_id: EXAMPLE.quiz, enrolled_course_version_id: EXAMPLE.version, attempt_number: 1, score: 80, is_passed: true }

class HeldElsewhereBody {
  @TextBody('Where', HELD_ELSEWHERE[0].where)
  readonly where: string

  @TextBody('What', HELD_ELSEWHERE[0].what)
  readonly what: string
}

export class LearnerExportBody {
  @IdBody('user')
  readonly user_id: string

  @TimeBody('When the export was made; it is read piece by piece, and what changes meanwhile is in it or not')
  readonly exported_at: string

  @NullableTimeBody('When the learner was erased; null when they were not')
  readonly erased_at: string | null

  @ListBody(HeldElsewhereBody, 'What is not in here')
  readonly held_elsewhere: readonly HeldElsewhereBody[]

  @Rows('Enrollments, as stored', ENROLLMENT)
  readonly enrollments: readonly object[]

  @Rows('Lessons of the open cycles', LESSON)
  readonly lesson_progress: readonly object[]

  @Rows('Quiz attempts of the open cycles', ATTEMPT)
  readonly quiz_attempts: readonly object[]

  @Rows('Closed cycles of enrollments', { ...ENROLLMENT, closed_at: EXAMPLE.time })
  readonly enrollments_archive: readonly object[]

  @Rows('Lessons of closed cycles', { cycle: 1, ...LESSON })
  readonly lesson_progress_archive: readonly object[]

  @Rows('Quiz attempts of closed cycles', { cycle: 1, ...ATTEMPT })
  readonly quiz_attempts_archive: readonly object[]

  @Rows('Answers kept for requests with an Idempotency-Key', { key: 'a-key', response: {}, created_at: EXAMPLE.time })
  readonly idempotency_keys: readonly object[]

  @Rows('Rows of imports that were rejected', { row: 17, field: 'lesson_id', detail: 'is no lesson of this course version' })
  readonly import_errors: readonly object[]

  @Rows('Events that wait for a course version or an enrollment', { topic: 'lesson.progressed', parked_at: EXAMPLE.time, data: {} })
  readonly parked_events: readonly object[]
}

class ErasedRowsBody implements ErasedRows {
  @CountBody('Lessons removed', 12)
  readonly lesson_progress: number

  @CountBody('Quiz attempts removed', 3)
  readonly quiz_attempts: number

  @CountBody('Lessons of closed cycles removed', 0)
  readonly lesson_progress_archive: number

  @CountBody('Quiz attempts of closed cycles removed', 0)
  readonly quiz_attempts_archive: number

  @CountBody('Kept answers removed', 1)
  readonly idempotency_keys: number

  @CountBody('Waiting events removed', 0)
  readonly parked_events: number

  @CountBody('Rejected rows of imports removed', 0)
  readonly import_errors: number

  @CountBody('Enrollments and closed cycles under a random id now', 2)
  readonly enrollments_pseudonymised: number
}

class KeptBody {
  @TextBody('What', KEPT[0]!.what)
  readonly what: string

  @TextBody('Why', KEPT[0]!.why)
  readonly why: string
}

export class ErasureBody {
  @IdBody('user')
  readonly user_id: string

  @ApiProperty({ type: ErasedRowsBody })
  readonly erased: ErasedRowsBody

  @ListBody(KeptBody, 'What is kept, and why')
  readonly kept: readonly KeptBody[]
}

import { fieldsOfCells, readHistoryRow } from './history-row'

const [user, version, item, org] = [1, 2, 3, 4].map((n) => `${String(n).repeat(8)}-0000-4000-8000-000000000000`)
const now = new Date('2026-06-01T00:00:00.000Z')
const key = { user_id: user, course_version_id: version }
const ENROLLMENT = { record: 'enrollment', ...key, enrolled_at: '2026-01-05T00:00:00Z' }
const LESSON = { record: 'lesson', ...key, lesson_id: item, progress_percentage: 40, occurred_at: '2026-01-05T00:00:00.000Z' }
const ATTEMPT = { record: 'quiz_attempt', ...key, quiz_id: item, attempt_number: 2, score: 70.5, completed_at: '2026-01-05T10:00:00.000Z' }

const fieldAtFault = (row: Record<string, unknown>) => {
  const read = readHistoryRow(row, now)
  return read.ok ? undefined : read.error.field
}

it('reads an enrollment', () => {
  const row = {
    ...ENROLLMENT,
    source_of_enrollment: 'admin_added',
    org_id: org,
    due_at: '2027-01-01T00:00:00Z',
    status: 'cancelled_by_user',
  }
  expect(readHistoryRow(row, now)).toEqual({
    ok: true,
    row: {
      record: 'enrollment',
      userId: user,
      courseVersionId: version,
      enrolledAt: new Date('2026-01-05'),
      sourceOfEnrollment: 'admin_added',
      orgId: org,
      dueAt: new Date('2027-01-01'),
      isCancelled: true,
    },
  })
})

it('reads a lesson and a quiz attempt', () => {
  expect(readHistoryRow(LESSON, now)).toMatchObject({ row: { lessonId: item, percentage: 40, occurredAt: new Date('2026-01-05') } })
  expect(readHistoryRow(ATTEMPT, now)).toMatchObject({ row: { quizId: item, attemptNumber: 2, score: 70.5, startedAt: null } })
})

it('takes UUIDs in any case, times in any zone, and null for left out', () => {
  const row = { ...ENROLLMENT, user_id: user!.toUpperCase(), enrolled_at: '2026-01-05T01:30:00.5+01:30', org_id: null }
  expect(readHistoryRow(row, now)).toMatchObject({ row: { userId: user, enrolledAt: new Date('2026-01-05T00:00:00.500Z'), orgId: null } })
})

it.each([
  ['record', {}],
  ['record', { ...LESSON, record: 'course' }],
  ['user_id', { ...LESSON, user_id: 'x' }],
  ['course_version_id', { ...LESSON, course_version_id: undefined }],
  ['lesson_id', { ...LESSON, lesson_id: undefined }],
  ['progress_percentage', { ...LESSON, progress_percentage: 100.1 }],
  ['progress_percentage', { ...LESSON, progress_percentage: '40' }],
  ['occurred_at', { ...LESSON, occurred_at: '2026-02-30T00:00:00Z' }],
  ['occurred_at', { ...LESSON, occurred_at: '05.01.2026' }],
  ['occurred_at', { ...LESSON, occurred_at: '2026-06-01T00:00:00.001Z' }],
  ['completed_at', { ...ATTEMPT, completed_at: 5 }],
  ['attempt_number', { ...ATTEMPT, attempt_number: 0 }],
  ['started_at', { ...ATTEMPT, started_at: '2026-06-02T00:00:00Z' }],
  ['score', { ...LESSON, score: 3 }],
  ['is_passed', { ...ATTEMPT, is_passed: true }],
  ['enrolled_at', { ...ENROLLMENT, enrolled_at: undefined }],
  ['enrolled_at', { ...ENROLLMENT, enrolled_at: '2026-06-02T00:00:00Z' }],
  ['status', { ...ENROLLMENT, status: 'revoked_by_admin' }],
  ['status', { ...ENROLLMENT, status: 'completed' }],
  ['source_of_enrollment', { ...ENROLLMENT, source_of_enrollment: 'a\0' }],
])('names %s', (field, row) => {
  expect(fieldAtFault(row)).toBe(field)
})

it('says why completed is not imported, and repeats nothing that a row says', () => {
  expect(readHistoryRow({ ...ENROLLMENT, status: 'completed' }, now)).toMatchObject({
    error: { detail: expect.stringContaining('never imported') },
  })
  expect(readHistoryRow({ ...LESSON, lesson_id: 'Ann (got "it")' }, now)).toMatchObject({
    error: { detail: 'must be a UUID' },
    userId: user,
  })
  expect(readHistoryRow({ ...LESSON, user_id: 'Ann' }, now)).toMatchObject({ userId: null })
})

it('reads cells: empty ones are left out, numbers are numbers where one belongs', () => {
  const columns = ['record', 'source_of_enrollment', 'score', 'attempt_number', 'org_id']
  expect(fieldsOfCells(columns, ['quiz_attempt', '12', '70.5', '1e3', ''])).toEqual({
    record: 'quiz_attempt',
    source_of_enrollment: '12',
    score: 70.5,
    attempt_number: '1e3',
  })
})

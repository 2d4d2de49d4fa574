import {
  CourseCompletionRevokedV1,
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  EnrollmentRequestedV1,
  LessonProgressedV1,
  QuizAttemptedV1,
  type EventDefinition,
} from '.'

function reasonFor<T>(event: EventDefinition<T>, change: Record<string, unknown>): string {
  const result = event.parse({ ...event.samples[0], ...change })
  return result.ok ? 'accepted' : result.reason
}

const progress = LessonProgressedV1.samples[0]!
const version = CourseVersionPublishedV1.samples[0]!
const lesson = version.lessons[0]!

it.each([
  [null, 'the value must be a JSON object (got null)'],
  [undefined, 'the value must be a JSON object (got undefined)'],
  [[progress], 'the value must be a JSON object (got an array of 1)'],
  ['text', 'the value must be a JSON object (got "text")'],
  [42, 'the value must be a JSON object (got 42)'],
])('refuses %j, which is no object', (data, reason) => {
  expect(LessonProgressedV1.parse(data)).toEqual({ ok: false, reason })
})

it.each([
  [{ progress_percentage: 101 }, 'progress_percentage must be <= 100 (got 101)'],
  [{ progress_percentage: -0.5 }, 'progress_percentage must be >= 0 (got -0.5)'],
  [{ progress_percentage: NaN }, 'progress_percentage must be a number (got NaN)'],
  [{ progress_percentage: JSON.parse('1e999') }, 'progress_percentage must be a number (got Infinity)'],
  [{ progress_percentage: '50' }, 'progress_percentage must be a number (got "50")'],
  [{ progress_percentage: 0 }, 'accepted'],
  [{ progress_percentage: 100 }, 'accepted'],
  [{ user_id: 'abc' }, 'user_id must be a UUID (got "abc")'],
  [{ user_id: progress.user_id.toUpperCase() }, `user_id must be a lower-case UUID (got "${progress.user_id.toUpperCase()}")`],
  [{ user_id: { id: 'abc' } }, 'user_id must be a string (got an object)'],
  [
    { occurred_at: '2026-02-30T00:00:00.000Z' },
    'occurred_at must be an existing UTC time like 2026-01-02T03:04:05.678Z (got "2026-02-30T00:00:00.000Z")',
  ],
])('lesson.progressed with %j: %s', (change, reason) => {
  expect(reasonFor(LessonProgressedV1, change)).toBe(reason)
})

it.each([
  [{ title: '' }, 'title must have at least 1 character(s) (got "")'],
  [{ title: 'a\0b' }, 'title must not contain NUL characters'],
  [{ title: 'a\ud800b' }, 'title must not contain half of a surrogate pair'],
  [{ title: '😀'.repeat(500) }, 'accepted'],
  [{ title: '😀'.repeat(501) }, expect.stringMatching(/^title must have at most 500 characters \(got ".{1,62} of 1002 characters\)$/u)],
  [{ version: 1.5 }, 'version must be an integer (got 1.5)'],
  [{ lessons: {} }, 'lessons must be an array (got an object)'],
  [{ lessons: Array(5000).fill(lesson) }, 'accepted'],
  [{ lessons: Array(5001).fill(lesson) }, 'lessons must have at most 5000 items (got an array of 5001)'],
  [{ lessons: [lesson, lesson, lesson, { ...lesson, lesson_id: 'x' }] }, 'lessons[3].lesson_id must be a UUID (got "x")'],
  [{ lessons: [lesson, { ...lesson, title: 'a\0' }] }, 'lessons[1].title must not contain NUL characters'],
  [{ lessons: [{ ...lesson, position: -1 }] }, 'lessons[0].position must be >= 0 (got -1)'],
  [{ lessons: [{ ...lesson, required: undefined }] }, 'lessons[0].required is missing'],
  [{ lessons: [null] }, 'lessons[0] must be a JSON object (got null)'],
  [{ quizzes: Array(1001).fill(version.quizzes[0]) }, 'quizzes must have at most 1000 items (got an array of 1001)'],
  [
    { quizzes: [{ ...version.quizzes[0], pass_threshold_percentage: 100.1 }] },
    'quizzes[0].pass_threshold_percentage must be <= 100 (got 100.1)',
  ],
  [{ electives: Array(101).fill({ choose: 1, of: [] }) }, 'electives must have at most 100 items (got an array of 101)'],
  [{ electives: [{ choose: 1, of: [lesson.lesson_id, 7] }] }, 'electives[0].of[1] must be a string (got 7)'],
  [{ credential: { enabled: 'yes' } }, 'credential.enabled must be true or false (got "yes")'],
  [{ hr: {} }, 'hr.course_code is missing'],
])('course-version.published with %j: %s', (change, reason) => {
  expect(reasonFor(CourseVersionPublishedV1, change)).toEqual(reason)
})

it('names the allowed values of a choice', () => {
  expect(reasonFor(EnrollmentRequestedV1, { action: 'delete' })).toBe(
    'action must be one of enroll, cancel, revoke, reactivate, open_cycle (got "delete")',
  )
})

it('counts cycles and attempts from 1', () => {
  expect(reasonFor(EnrollmentChangedV1, { cycle: 0 })).toBe('cycle must be >= 1 (got 0)')
  expect(reasonFor(QuizAttemptedV1, { attempt_number: 0 })).toBe('attempt_number must be >= 1 (got 0)')
})

it('accepts revisions only while JSON numbers are exact', () => {
  expect(reasonFor(EnrollmentChangedV1, { revision: 2 ** 53 - 1 })).toBe('accepted')
  expect(reasonFor(EnrollmentChangedV1, { revision: 2 ** 53 })).toBe('revision must be <= 9007199254740991 (got 9007199254740992)')
})

it('bounds the texts of people', () => {
  expect(reasonFor(CourseCompletionRevokedV1, { reason: 'x'.repeat(2000) })).toBe('accepted')
  expect(reasonFor(CourseCompletionRevokedV1, { reason: 'x'.repeat(2001) })).toContain('reason must have at most 2000')
  expect(reasonFor(EnrollmentRequestedV1, { source_of_enrollment: 'x'.repeat(101) })).toContain('at most 100 characters')
})

it.each(['x', '\0', '\n', '"', '😀', '\u2028'])('cuts 300 kB of %j down to a short reason', (noise) => {
  const reason = reasonFor(LessonProgressedV1, { user_id: noise.repeat(300_000) })
  expect(reason).toMatch(/^user_id must be a UUID \(got ".*…" of \d+ characters\)$/su)
  expect(reason.length).toBeLessThan(130)
  expect(reason).not.toMatch(/[\0-\x1f]/)
})

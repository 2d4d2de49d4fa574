import { PayloadError } from './payload'
import { teachableReader } from './teachable'
import { BODIES, said } from './webhooks.fixture'

const [sample] = BODIES.teachable(said()) as [{ object: Record<string, unknown> }]
const reports = (object: object, change: object = {}) =>
  teachableReader.reports({ ...sample, ...change, object: { ...sample.object, ...object } })

it('reads a list of events, and one alone', () => {
  const event = { type: 'User.created' }
  expect(teachableReader.events([event, sample])).toEqual([event, sample])
  expect(teachableReader.events(sample)).toEqual([sample])
})

it('reports course, learner, date and completion', () => {
  const learner = { email: 'ada@example.com', externalId: '123' }
  const completedAt = new Date('2026-01-05T00:00:01.000Z')
  expect(reports({})).toEqual([{ externalCourseId: '565', learner, completed: true, completedAt }])
})

it('prefers the date of the completion to that of the event, and does without both', () => {
  expect(reports({ completed_at: '2026-01-04T12:00:00+00:00' })).toMatchObject([{ completedAt: new Date('2026-01-04T12:00:00Z') }])
  expect(reports({}, { created: undefined })).toMatchObject([{ completedAt: null }])
})

it.each([
  [undefined, true],
  [null, true],
  [100, true],
  [99, false],
])('takes percent_complete %p for complete: %p', (percent_complete, completed) => {
  expect(reports({ percent_complete })).toMatchObject([{ completed }])
})

it('reads nothing in other types', () => {
  expect(teachableReader.reports({ type: 'LectureProgress.created', object: { percent_complete: 100 } })).toEqual([])
})

it.each([
  ['object.course_id', { course_id: undefined, course: undefined }],
  ['object.user', { user: undefined }],
  ['object.percent_complete', { percent_complete: 'most' }],
])('names %s when it is malformed', (field, object) => {
  expect(() => reports(object)).toThrow(PayloadError)
  expect(() => reports(object)).toThrow(new RegExp(`^${field} must`))
})

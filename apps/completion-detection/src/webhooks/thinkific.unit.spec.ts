import { PayloadError } from './payload'
import { thinkificReader } from './thinkific'
import { BODIES, said } from './webhooks.fixture'

const sample = BODIES.thinkific(said()) as { payload: Record<string, unknown> }
const reports = (change: object = {}, payload: object = {}) =>
  thinkificReader.reports({ ...sample, ...change, payload: { ...sample.payload, ...payload } })

it('reports course, learner, date and completion', () => {
  expect(reports()).toEqual([
    {
      externalCourseId: '565',
      learner: { email: 'ada@example.com', externalId: '123' },
      completed: true,
      completedAt: new Date('2026-01-05T00:00:01.000Z'),
    },
  ])
})

it.each([
  ['progress', '24.0', false],
  ['progress', '99.9', false],
  ['progress', '100', true],
  ['progress', '100.0', true],
  ['completed', '100', true],
  ['completed', '1.0', true],
  // A hundredth of the course on one scale, all of it on the other; that it is completed is then said in another delivery.
  ['progress', '1.0', false],
  ['completed', '0.0', false],
  ['created', '0', false],
  ['completed', 100, true],
])('takes %s at %p for complete: %s, by the percentage alone', (action, percentage_completed, completed) => {
  expect(reports({ action }, { percentage_completed })).toMatchObject([{ completed }])
})

it('takes the course from either place, ids as numbers or texts, and a missing date', () => {
  expect(reports({}, { course_id: undefined, course: { id: 68 }, user: { id: 94, email: null }, completed_at: null })).toEqual([
    { externalCourseId: '68', learner: { externalId: '94' }, completed: true, completedAt: null },
  ])
})

it('reads nothing in what is not about an enrollment', () => {
  expect(thinkificReader.reports({ resource: 'order', action: 'created', payload: {} })).toEqual([])
})

it.each([
  ['payload.percentage_completed', { percentage_completed: 'all' }],
  ['payload.percentage_completed', { percentage_completed: '' }],
  ['payload.percentage_completed', { percentage_completed: undefined }],
  ['payload.course_id', { course_id: '', course: {} }],
  ['payload.course_id', { course_id: { id: 1 } }],
  ['payload.user', { user: {} }],
  ['payload.user', { user: 'Ada' }],
  ['payload.completed_at', { completed_at: '5 January' }],
  ['payload.completed_at', { completed_at: '2026-01-05T00:00:01' }],
])('names %s when it is malformed, and not its value', (field, payload) => {
  const read = () => reports({}, payload)
  expect(read).toThrow(PayloadError)
  expect(read).toThrow(new RegExp(`^${field} must`))
  expect(read).not.toThrow(/Ada|January|all/)
})

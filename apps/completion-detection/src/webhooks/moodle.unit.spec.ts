import { moodleReader, moodleVerifier } from './moodle'
import { PayloadError } from './payload'
import { BODIES, newSecret, refusalOf, request, said } from './webhooks.fixture'

const sample = BODIES.moodle(said()) as object
const reports = (change: object = {}) => moodleReader.reports({ ...sample, ...change })

it('reports who completed the course, not whose action it was', () => {
  const completedAt = new Date('2026-01-05T00:00:01.000Z')
  expect(reports({ userid: '2', relateduserid: 123 })).toEqual([
    { externalCourseId: '565', learner: { externalId: '123' }, completed: true, completedAt },
  ])
})

it('reads nothing in other events', () => {
  expect(reports({ eventname: '\\core\\event\\course_viewed', relateduserid: null })).toEqual([])
})

it.each([
  ['relateduserid', { relateduserid: null }],
  ['courseid', { courseid: undefined }],
  ['timecreated', { timecreated: 'yesterday' }],
  ['timecreated', { timecreated: 1e300 }],
])('names %s when it is malformed', (field, change) => {
  expect(() => reports(change)).toThrow(PayloadError)
  expect(() => reports(change)).toThrow(new RegExp(`^${field} must`))
})

it('takes a secret in the path instead of the token, and asks for one where the body is no JSON', async () => {
  const secret = newSecret()
  const verifier = moodleVerifier([secret])
  expect(await refusalOf(verifier, request(Buffer.from('{"token": "no"}'), {}, secret))).toBeNull()
  expect(await refusalOf(verifier, request(Buffer.from('{"token": "no"}'), {}, 'no'))).toBe('bad-signature')
  expect(await refusalOf(verifier, request(Buffer.from('token=x')))).toBe('unsigned')
})

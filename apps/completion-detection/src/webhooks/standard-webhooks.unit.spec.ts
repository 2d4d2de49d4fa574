import { PayloadError } from './payload'
import { isStandardSecret, standardReader, standardVerifier } from './standard-webhooks'
import { BODIES, bytes, newSecret, refusalOf, request, said, standardRequest } from './webhooks.fixture'

const secret = newSecret()
const verifier = standardVerifier([secret])
const body = bytes(BODIES['standard-webhooks'](said()))
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

it('gives the id of the delivery, which is signed', async () => {
  const sent = standardRequest(body, secret, { id: 'msg_1' })
  expect(await verifier.verify(sent)).toBe('msg_1')
  expect(await refusalOf(verifier, { ...sent, headers: { ...sent.headers, 'webhook-id': 'msg_2' } })).toBe('bad-signature')
})

it('takes a secret with the prefix of the scheme', async () => {
  expect(await refusalOf(standardVerifier([`whsec_${secret}`]), standardRequest(body, secret))).toBeNull()
})

it('takes one good signature among several', async () => {
  const sent = standardRequest(body, secret, { id: 'msg_1' })
  const other = standardRequest(body, newSecret(), { id: 'msg_1' })
  const signatures = `${other.headers['webhook-signature'] as string} ${sent.headers['webhook-signature'] as string}`
  expect(await refusalOf(verifier, { ...sent, headers: { ...sent.headers, 'webhook-signature': signatures } })).toBeNull()
})

it.each([
  ['six minutes old', 6, 'stale'],
  ['from six minutes ahead', -6, 'stale'],
  ['four minutes old', 4, null],
  ['from four minutes ahead', -4, null],
])('takes a delivery that is %s for %3$s', async (_, minutes, refusal) => {
  expect(await refusalOf(verifier, standardRequest(body, secret, { at: minutesAgo(minutes) }))).toBe(refusal)
})

it('refuses an old delivery under a new time', async () => {
  const sent = standardRequest(body, secret, { at: minutesAgo(60) })
  const headers = { ...sent.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) }
  expect(await refusalOf(verifier, { ...sent, headers })).toBe('bad-signature')
})

it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a delivery without %s', async (name) => {
  const { headers } = standardRequest(body, secret)
  expect(await refusalOf(verifier, request(body, { ...(headers as Record<string, string>), [name]: '' }))).toBe('unsigned')
})

it('refuses ids that are too long to keep, and times that are none', async () => {
  expect(await refusalOf(verifier, standardRequest(body, secret, { id: 'm'.repeat(256) }))).toBe('unreadable')
  const { headers } = standardRequest(body, secret)
  const timeless = { ...(headers as Record<string, string>), 'webhook-timestamp': 'now' }
  expect(await refusalOf(verifier, request(body, timeless))).toBe('bad-signature')
})

it('knows secrets of the scheme', () => {
  const secrets = [secret, `whsec_${secret}`, 'this is no base64 at all!', 'whsec_', 'c2hvcnQ=', '']
  expect(secrets.map(isStandardSecret)).toEqual([true, true, false, false, false, false])
})

const reports = (data: object) => standardReader.reports({ type: 'course.completed', data })

it('reports the completion that is named, by e-mail or by id, with and without a date', () => {
  const completed = { externalCourseId: 'food-101', completed: true }
  expect(reports({ external_course_id: 'food-101', email: ' ada@example.com ' })).toEqual([
    { ...completed, learner: { email: 'ada@example.com' }, completedAt: null },
  ])
  expect(reports({ external_course_id: 'food-101', user_id: 7, completed_at: '2026-01-04T12:00:00Z' })).toEqual([
    { ...completed, learner: { externalId: '7' }, completedAt: new Date('2026-01-04T12:00:00Z') },
  ])
})

it('reads nothing in other types', () => {
  expect(standardReader.reports({ type: 'course.started', data: {} })).toEqual([])
})

it.each([
  ['data.external_course_id', { email: 'ada@example.com' }],
  ['data', { external_course_id: 'food-101' }],
  ['data.email', { external_course_id: 'food-101', email: 7 }],
  ['data.email', { external_course_id: 'food-101', email: 'ada\0@example.com' }],
  ['data.user_id', { external_course_id: 'food-101', user_id: 'x'.repeat(256) }],
  ['data.completed_at', { external_course_id: 'food-101', user_id: 7, completed_at: 'today' }],
])('names %s when it is malformed', (field, data) => {
  expect(() => reports(data)).toThrow(PayloadError)
  expect(() => reports(data)).toThrow(new RegExp(`^${field} must`))
})

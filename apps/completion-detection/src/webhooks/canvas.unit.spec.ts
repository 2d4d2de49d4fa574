import { generateKeyPair } from 'jose'
import { canvasReader, canvasVerifier } from './canvas'
import { PayloadError } from './payload'
import { BODIES, bytes, CanvasKeys, newSecret, refusalOf, request, said } from './webhooks.fixture'

const sample = BODIES.canvas(said()) as { metadata: object; body: { progress: object; user: object } }
const seconds = () => Math.floor(Date.now() / 1_000)

describe('a signed event', () => {
  const keys = new CanvasKeys()
  beforeAll(() => keys.start())
  afterAll(() => keys.stop())

  const verifier = () => canvasVerifier([], keys.url)

  it('is taken, also with a time of now', async () => {
    expect(await refusalOf(verifier(), request(await keys.sign(sample)))).toBeNull()
    expect(await refusalOf(verifier(), request(await keys.sign({ ...sample, iat: seconds(), exp: seconds() + 60 })))).toBeNull()
  })

  it('is refused when it was changed', async () => {
    const [head, , signature] = (await keys.sign(sample)).toString().split('.')
    const forged = bytes(BODIES.canvas(said({ email: 'eve@example.com' }))).toString('base64url')
    expect(await refusalOf(verifier(), request(Buffer.from(`${head}.${forged}.${signature}`)))).toBe('bad-signature')
  })

  it('is refused when another key signed it, or one of the set by another algorithm, or none', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    expect(await refusalOf(verifier(), request(await keys.sign(sample, { key: privateKey })))).toBe('bad-signature')
    expect(await refusalOf(verifier(), request(await keys.sign(sample, { alg: 'ES256' })))).toBe('bad-signature')
    const none = `${bytes({ alg: 'none' }).toString('base64url')}.${bytes(sample).toString('base64url')}.x`
    expect(await refusalOf(verifier(), request(Buffer.from(none)))).toBe('bad-signature')
  })

  it.each([
    ['iat', -360],
    ['iat', 360],
    ['exp', -60],
  ])('is stale with %s at %i seconds from now', async (claim, offset) => {
    expect(await refusalOf(verifier(), request(await keys.sign({ ...sample, [claim]: seconds() + offset })))).toBe('stale')
  })

  it('cannot be judged while the key set is away', async () => {
    const away = canvasVerifier([newSecret()], 'http://127.0.0.1:1/jwks')
    expect(await refusalOf(away, request(await keys.sign(sample)))).toBe('undecidable')
  })

  it('needs no secret in the path, which a plain one does', async () => {
    const secret = newSecret()
    const both = canvasVerifier([secret], keys.url)
    expect(await refusalOf(both, request(bytes(sample)))).toBe('unsigned')
    expect(await refusalOf(both, request(bytes(sample), {}, secret))).toBeNull()
    expect(await refusalOf(both, request(await keys.sign(sample)))).toBeNull()
  })

  it('is read like a plain one', async () => {
    expect(canvasReader.decode(await keys.sign(sample))).toEqual(sample)
    expect(canvasReader.decode(bytes(sample))).toEqual(sample)
    expect(() => canvasReader.decode(Buffer.from('a.b.c'))).toThrow(PayloadError)
  })
})

const reports = (progress: object, user: object = {}) =>
  canvasReader.reports({
    ...sample,
    body: { ...sample.body, progress: { ...sample.body.progress, ...progress }, user: { ...sample.body.user, ...user } },
  })

it('reports course, learner, date and completion', () => {
  const learner = { email: 'ada@example.com', externalId: '123' }
  const completedAt = new Date('2026-01-05T00:00:01.000Z')
  expect(reports({})).toEqual([{ externalCourseId: '565', learner, completed: true, completedAt }])
  expect(reports({ completed_at: null }, { email: '' })).toMatchObject([{ learner: { externalId: '123' }, completedAt: null }])
})

it.each([
  [6, 6, true],
  [7, 6, true],
  [5, 6, false],
  [0, 0, false],
])('takes %i of %i requirements for complete: %p', (requirement_completed_count, requirement_count, completed) => {
  expect(reports({ requirement_completed_count, requirement_count })).toMatchObject([{ completed }])
})

it('reads nothing in other events', () => {
  expect(canvasReader.reports({ metadata: { event_name: 'course_progress' }, body: sample.body })).toEqual([])
})

it.each([
  ['metadata', () => canvasReader.reports({ ...sample, metadata: undefined })],
  ['body.user', () => reports({}, { id: null, email: null })],
  ['body.progress.requirement_count', () => reports({ requirement_count: 'all' })],
])('names %s when it is malformed', (field, read) => {
  expect(read).toThrow(PayloadError)
  expect(read).toThrow(new RegExp(`^${field} must`))
})

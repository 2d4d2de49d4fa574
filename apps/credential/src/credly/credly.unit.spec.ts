import { NO_ABORT, OutsideFixture } from '../outside.fixture'
import { Credly, type Badge } from './credly'

const BADGE: Badge = {
  templateId: 't-1',
  learner: { email: 'a@learners.example', givenName: 'Ada', familyName: 'L' },
  userId: 'u-1',
  issuedAt: new Date('2026-01-02T03:04:05.678Z'),
  expiresAt: new Date('2028-01-02T03:04:05.678Z'),
}
const listed = (change: object = {}) => ({
  id: 'b-1',
  recipient_email: 'A@learners.example',
  badge_template: { id: 't-1' },
  state: 'pending',
  ...change,
})

describe('Credly, against a local HTTP server', () => {
  const outside = new OutsideFixture()
  let credly: Credly
  beforeEach(async () => {
    await outside.start()
    credly = new Credly(outside.system('credly', { authorization: 'Basic dG9rZW46' }), 'org/1')
  })
  afterEach(() => outside.stop())

  const answering = (status: number, body?: unknown): void => {
    outside.answer = () => ({ status, body })
  }

  it('issues a badge as Credly wants it', async () => {
    answering(201, { data: { id: 'b-1' } })
    await expect(credly.issue(BADGE, NO_ABORT)).resolves.toEqual({ kind: 'issued', badgeId: 'b-1' })
    expect(outside.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: '/credly/organizations/org%2F1/badges',
      authorization: 'Basic dG9rZW46',
    })
    expect(outside.calls.at(-1)!.body).toEqual({
      recipient_email: 'a@learners.example',
      badge_template_id: 't-1',
      issued_at: '2026-01-02 03:04:05 +0000',
      issued_to_first_name: 'Ada',
      issued_to_last_name: 'L',
      issuer_earner_id: 'u-1',
      expires_at: '2028-01-02 03:04:05 +0000',
    })
  })

  it('says so when a badge never expires', async () => {
    answering(201, { data: { id: 'b-1' } })
    await credly.issue({ ...BADGE, expiresAt: null }, NO_ABORT)
    expect(outside.calls.at(-1)!.body).toMatchObject({ expires_at: false })
  })

  it('tells a refusal from a failure, and what it is about without its values', async () => {
    answering(422, { data: { message: 'a@learners.example has one', errors: [{ attribute: 'recipient_email', messages: ['x'] }] } })
    await expect(credly.issue(BADGE, NO_ABORT)).resolves.toEqual({ kind: 'refused', reason: 'recipient_email' })
    answering(422)
    await expect(credly.issue(BADGE, NO_ABORT)).resolves.toEqual({ kind: 'refused', reason: 'no attribute named' })
    answering(401)
    await expect(credly.issue(BADGE, NO_ABORT)).rejects.toMatchObject({ name: 'PermanentJobError' })
  })

  it('does not know what became of a badge without a readable answer', async () => {
    outside.answer = () => 'break'
    await expect(credly.issue(BADGE, NO_ABORT)).rejects.toMatchObject({ name: 'OutsideCallError' })
    answering(201, { data: {} })
    await expect(credly.issue(BADGE, NO_ABORT)).rejects.toMatchObject({ name: 'OutsideCallError' })
  })

  it('finds the badge of an earner and template', async () => {
    answering(200, { data: [listed()] })
    await expect(credly.find('a@learners.example', 't-1', NO_ABORT)).resolves.toBe('b-1')
    expect(outside.calls.at(-1)!.query.get('filter')).toBe('recipient_email_all::a@learners.example|badge_template_id::t-1')
  })

  it.each([
    ['nothing', []],
    ['a revoked one', [listed({ state: 'revoked' })]],
    ['another earner’s', [listed({ recipient_email: 'b@learners.example' })]],
    ['another template’s', [listed({ badge_template: { id: 't-2' } })]],
  ])('finds none in %s', async (_, data) => {
    answering(200, { data })
    await expect(credly.find('a@learners.example', 't-1', NO_ABORT)).resolves.toBeNull()
  })

  it('asks nothing that the filter cannot say', async () => {
    const calls = outside.calls.length
    await expect(credly.find('a|b@learners.example', 't-1', NO_ABORT)).rejects.toMatchObject({ name: 'PermanentJobError' })
    expect(outside.calls).toHaveLength(calls)
  })

  it('may be asked again after an answer that is no list', async () => {
    answering(200, { data: {} })
    await expect(credly.find('a@learners.example', 't-1', NO_ABORT)).rejects.toMatchObject({ name: 'OutsideCallError' })
  })
})

import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())

const PATH = '/credly/v1/organizations/org-1/badges'
const AUTH = { authorization: `Basic ${Buffer.from('token:').toString('base64')}` }
const badge = (email: string, template = 't-1') => ({
  recipient_email: email,
  badge_template_id: template,
  issued_at: '2026-01-02 03:04:05 +0000',
  issued_to_first_name: 'Learner',
  issued_to_last_name: 'One',
})
const issue = (body: unknown, headers: Record<string, string> = AUTH) => sandbox.call('POST', PATH, body, headers)
const list = (query: string, headers: Record<string, string> = AUTH) => sandbox.call('GET', `${PATH}${query}`, undefined, headers)
const emails = ({ body }: { body: unknown }) =>
  (body as { data: { recipient_email: string }[] }).data.map(({ recipient_email }) => recipient_email)

describe('issuing', () => {
  it('answers 201 with the badge', async () => {
    expect(await issue(badge('a@learners.example'))).toMatchObject({
      status: 201,
      body: { data: { id: expect.any(String), recipient_email: 'a@learners.example', state: 'pending', badge_template: { id: 't-1' } } },
    })
  })

  it('refuses a second badge for one earner and template, after a restart too', async () => {
    expect((await issue(badge('b@learners.example'))).status).toBe(201)
    for (const step of ['at once', 'after a restart']) {
      if (step === 'after a restart') await sandbox.restart()
      expect(await issue(badge('B@learners.example'))).toMatchObject({
        status: 422,
        body: { data: { message: expect.any(String), errors: [{ attribute: 'recipient_email', messages: [expect.any(String)] }] } },
      })
    }
    expect((await issue(badge('b@learners.example', 't-2'))).status).toBe(201)
    const keys = (await sandbox.keys('credly')).filter((key) => key.startsWith('b@'))
    expect(keys).toEqual(['b@learners.example|t-1', 'b@learners.example|t-2'])
  })

  it('takes an issuer_earner_id for the same earner under another address', async () => {
    expect((await issue({ ...badge('c@learners.example'), issuer_earner_id: 'e-1' })).status).toBe(201)
    expect(await issue({ ...badge('c2@learners.example'), issuer_earner_id: 'e-1' })).toMatchObject({
      status: 422,
      body: { data: { errors: [{ attribute: 'issuer_earner_id' }] } },
    })
  })

  it.each([
    [{ recipient_email: 'nobody' }, 'recipient_email'],
    [{ badge_template_id: '' }, 'badge_template_id'],
    [{ issued_at: 'yesterday' }, 'issued_at'],
    [{ issued_to_first_name: ' ' }, 'issued_to_first_name'],
    [{ issued_to_last_name: undefined }, 'issued_to_last_name'],
    [{ expires_at: true }, 'expires_at'],
  ])('refuses %j and names the attribute', async (change, attribute) => {
    expect(await issue({ ...badge('d@learners.example'), ...change })).toMatchObject({
      status: 422,
      body: { data: { message: expect.stringContaining(attribute), errors: [{ attribute }] } },
    })
    expect(await sandbox.keys('credly')).not.toContain('d@learners.example|t-1')
  })

  it.each<Record<string, string>>([{}, { authorization: 'Bearer token' }, { authorization: 'Basic !' }, { authorization: 'Basic Og==' }])(
    'refuses the credentials %j',
    async (headers) => {
      expect((await issue(badge('e@learners.example'), headers)).status).toBe(401)
      expect((await list('', headers)).status).toBe(401)
    },
  )
})

describe('listing', () => {
  beforeAll(async () => {
    await sandbox.call('DELETE', '/_ledger')
    for (let i = 0; i < 51; i++) await issue(badge(`p${i}@learners.example`, 't-p'))
    await issue(badge('p0@learners.example', 't-q'))
  })

  it('finds by address and template', async () => {
    const answer = await list('?filter=recipient_email_all::p0@learners.example|badge_template_id::t-q')
    expect(answer).toMatchObject({ status: 200, body: { data: [{ badge_template: { id: 't-q' } }], metadata: { total_count: 1 } } })
    expect(emails(await list('?filter=recipient_email_all::x@learners.example|badge_template_id::t-q'))).toEqual([])
  })

  it('finds by one condition', async () => {
    expect(emails(await list('?filter=recipient_email_all::P0@learners.example'))).toHaveLength(2)
    expect(emails(await list('?filter=badge_template_id::t-q|state::accepted'))).toEqual([])
  })

  it('gives pages of fifty with the address of the next', async () => {
    const first = (await list('')).body as { data: unknown[]; metadata: { next_page_url: string } }
    expect(first.data).toHaveLength(50)
    const second = await fetch(first.metadata.next_page_url, { headers: AUTH })
    expect(await second.json()).toMatchObject({ data: [{}, {}], metadata: { current_page: 2, total_pages: 2, next_page_url: null } })
  })

  it('shows no other organization', async () => {
    const answer = await sandbox.call('GET', PATH.replace('org-1', 'org-2'), undefined, AUTH)
    expect(emails(answer)).toEqual([])
  })

  it.each(['?filter=colour::red', '?filter=recipient_email_all', '?page=0'])('refuses %s', async (query) => {
    expect((await list(query)).status).toBe(422)
  })
})

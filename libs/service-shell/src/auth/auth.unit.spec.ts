import { Controller, Get } from '@nestjs/common'
import { Iam, LEARNER, newKey, ORGANISATION } from '../../fixtures/iam'
import { call, startTestService, type TestService } from '../../fixtures/boot'
import { CurrentCaller, Public, Roles, type Caller } from '..'

@Controller('/api')
class WhoController {
  @Get('me')
  me(@CurrentCaller() caller: Caller): Caller {
    return caller
  }

  @Get('admin')
  @Roles('admin', 'org_admin')
  admin(): string {
    return 'ok'
  }

  @Get('open')
  @Public()
  open(): string {
    return 'ok'
  }

  @Get('nobody')
  @Public()
  nobody(@CurrentCaller() caller: Caller): Caller {
    return caller
  }
}

let iam: Iam
let service: TestService

beforeEach(async () => {
  iam = await Iam.start()
  service = await startTestService([WhoController], { config: { iam: iam.config } })
})
afterEach(async () => {
  jest.restoreAllMocks()
  await service.close()
  await iam.down()
})

const get = (path: string, authorization?: string) =>
  call(`${service.url}${path}`, { headers: authorization === undefined ? {} : { authorization } })
const me = async (token: string) => get('/api/me', `Bearer ${token}`)

describe('a good token', () => {
  it('names its caller', async () => {
    const { status, body } = await me(await iam.sign({ org_id: ORGANISATION, roles: ['learner', 'admin'] }))
    expect(status).toBe(200)
    expect(body).toEqual({
      userId: LEARNER,
      orgId: ORGANISATION,
      roles: ['learner', 'admin'],
      isAdmin: true,
      isOrgAdmin: false,
    })
  })

  it('may lack organisation and roles', async () => {
    const { body } = await me(await iam.sign({ roles: undefined }))
    expect(body).toEqual({ userId: LEARNER, orgId: null, roles: [], isAdmin: false, isOrgAdmin: false })
  })

  it.each<[string, { roles: string[]; org_id?: string | null }, boolean]>([
    ['the role and an organisation', { roles: ['org_admin'], org_id: ORGANISATION.toUpperCase() }, true],
    ['the role alone', { roles: ['org_admin'] }, false],
    ['the role and null', { roles: ['org_admin'], org_id: null }, false],
    ['an organisation alone', { roles: ['learner', 'admin'], org_id: ORGANISATION }, false],
  ])('with %s: says whether its caller administers an organisation', async (_what, claims, isOrgAdmin) => {
    const { body } = await me(await iam.sign(claims))
    expect(body).toMatchObject({ isOrgAdmin, orgId: claims.org_id?.toLowerCase() ?? null })
  })

  it.each(['RS256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const key = await newKey('other', alg)
    iam.publish(key)
    expect((await me(await iam.sign({}, key))).status).toBe(200)
  })

  it('is taken within 5 s after its end, for clocks differ', async () => {
    const now = Math.floor(Date.now() / 1_000)
    expect((await me(await iam.sign({ exp: now - 1 }))).status).toBe(200)
  })
})

describe('a bad token', () => {
  const seconds = () => Math.floor(Date.now() / 1_000)

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['has no signature', () => iam.unsigned(), /not valid/],
    ['is signed with a shared secret', () => iam.signedWithSecret('laurel'), /not valid/],
    ['is for another audience', () => iam.sign({ aud: 'other' }), /"aud"/],
    ['is of another issuer', () => iam.sign({ iss: 'https://other.example' }), /"iss"/],
    ['has expired', () => iam.sign({ exp: seconds() - 60 }), /expired/],
    ['never expires', () => iam.sign({ exp: undefined }), /"exp"/],
    ['is not yet valid', () => iam.sign({ nbf: seconds() + 60 }), /"nbf"/],
    ['names nobody', () => iam.sign({ sub: undefined }), /"sub"/],
    ['has a sub that is no UUID', () => iam.sign({ sub: 'ada' }), /"sub"/],
    ['has an org_id that is no UUID', () => iam.sign({ org_id: 7 }), /"org_id"/],
    ['has roles that are no list', () => iam.sign({ roles: 'admin' }), /"roles"/],
    ['is no token', () => 'abc', /not valid/],
    ['was changed', async () => (await iam.sign()).replace(/\.(..)/, '.AA'), /not valid/],
    ['is signed with an unknown key', async () => iam.sign({}, await newKey('unknown')), /unknown key/],
    ['is signed with another key of a known id', async () => iam.sign({}, await newKey('first')), /not valid/],
  ])('that %s gets a 401', async (_what, token, reason) => {
    const { status, type, body, headers } = await me(await token())
    expect({ status, type }).toEqual({ status: 401, type: 'application/problem+json' })
    expect(body).toMatchObject({ title: 'Unauthorized', status: 401, detail: expect.stringMatching(reason) })
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer a b'])('the header %s gets a 401', async (header) => {
    const { status, headers } = await get('/api/me', header)
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('is refused again after its time, although it was verified before', async () => {
    const token = await iam.sign()
    expect((await me(token)).status).toBe(200)
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 66_000)
    expect((await me(token)).status).toBe(401)
  })
})

describe('roles and public routes', () => {
  it('refuses a caller without the role, and lets one with any of them', async () => {
    const { status, body } = await get('/api/admin', `Bearer ${await iam.sign()}`)
    expect({ status, detail: body.detail }).toEqual({ status: 403, detail: 'this needs the role admin or org_admin' })
    expect((await get('/api/admin', `Bearer ${await iam.sign({ roles: ['org_admin'] })}`)).status).toBe(200)
  })

  it('answers a public route without a token', async () => {
    expect((await get('/api/open')).status).toBe(200)
    expect((await get('/api/nobody')).status).toBe(401)
  })
})

describe('the key set', () => {
  const [wall, steady] = [Date.now.bind(Date), performance.now.bind(performance)]
  const timePassesUntil = (time: number) => {
    jest.spyOn(performance, 'now').mockReturnValue(steady() + time - wall())
    jest.spyOn(Date, 'now').mockReturnValue(time)
  }

  it('is read anew for an unknown key, although the clock went back since it was read', async () => {
    await me(await iam.sign())
    const second = await newKey('second')
    iam.publish(second)
    timePassesUntil(wall() + 11_000)
    jest.spyOn(Date, 'now').mockReturnValue(wall() - 3_600_000)
    expect((await me(await iam.sign({}, second))).status).toBe(200)
  })

  it('is fetched once for many tokens', async () => {
    for (const role of ['a', 'b', 'c']) await me(await iam.sign({ roles: [role] }))
    expect(iam.fetches).toBe(1)
  })

  it('is fetched again for an unknown key, without a restart, but not for each bad token', async () => {
    await me(await iam.sign())
    const second = await newKey('second')
    iam.publish(second)
    expect((await me(await iam.sign({}, second))).status).toBe(401)
    expect(iam.fetches).toBe(1)

    timePassesUntil(Date.now() + 11_000)
    expect((await me(await iam.sign({}, second))).status).toBe(200)
    expect(iam.fetches).toBe(2)
  })

  it('that lost a key refuses its new tokens once the cached set is ten minutes old', async () => {
    await me(await iam.sign())
    const [first, second] = [iam.signingKey, await newKey('second')]
    iam.publish(second)
    const soon = Date.now() + 599_000
    const late = soon + 2_000
    timePassesUntil(soon)
    expect((await me(await iam.sign({}, first))).status).toBe(200)

    timePassesUntil(late)
    const { status, body } = await me(await iam.sign({}, first))
    expect({ status, detail: body.detail }).toEqual({ status: 401, detail: 'the bearer token is signed with an unknown key' })
    expect((await me(await iam.sign({}, second))).status).toBe(200)
    expect(iam.fetches).toBe(2)
  })

  it('that is cached goes on serving new tokens while it cannot be read, for ten minutes', async () => {
    await me(await iam.sign())
    await iam.down()
    const soon = Date.now() + 599_000
    const late = soon + 2_000
    timePassesUntil(soon)
    expect((await me(await iam.sign())).status).toBe(200)
    expect((await me(await iam.sign({ exp: 1 }))).status).toBe(401)

    timePassesUntil(late)
    expect((await me(await iam.sign())).status).toBe(503)
  })

  it('that cannot be read makes a 503 with Retry-After, and known tokens still pass', async () => {
    const known = await iam.sign()
    await me(known)
    await iam.down()
    timePassesUntil(Date.now() + 11_000)
    expect((await me(known)).status).toBe(200)

    const { status, type, headers, body } = await me(await iam.sign({}, await newKey('second')))
    expect({ status, type }).toEqual({ status: 503, type: 'application/problem+json' })
    expect(headers.get('retry-after')).toBe('2')
    expect(body.detail).not.toContain('127.0.0.1')
  })

  it('that comes back makes tokens pass again', async () => {
    await iam.down()
    const token = await iam.sign()
    expect((await me(token)).status).toBe(503)
    await iam.up()
    expect((await me(token)).status).toBe(200)
  })
})

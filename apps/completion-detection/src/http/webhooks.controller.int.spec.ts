import { PLATFORMS } from '../webhooks/platform'
import { BODIES, newSecret, PROOFS, said, standardRequest } from '../webhooks/webhooks.fixture'
import { bodyOf, WebhooksApi } from './webhooks-api.fixture'

const api = new WebhooksApi()
beforeAll(() => api.start())
beforeEach(() => api.database.dataSource.query('delete from webhook_delivery'))
afterAll(() => api.stop())

const refused = async (platform: string, reason: string) => {
  const { values } = (await api.metrics.registry.getSingleMetric('laurel_webhook_refused_total')!.get()) as {
    values: { value: number; labels: Record<string, string> }[]
  }
  return values.find(({ labels }) => labels['platform'] === platform && labels['reason'] === reason)?.value ?? 0
}

describe.each(PLATFORMS)('a delivery of %s', (platform) => {
  it('is stored byte for byte when it is answered', async () => {
    const sent = api.proven(platform, Buffer.concat([bodyOf(platform), Buffer.from(' \n')]))
    const answer = await api.send(platform, sent)
    expect(answer).toMatchObject({ status: 202, body: { delivery_id: expect.any(String) } })
    expect(await api.stored()).toMatchObject([
      {
        delivery_id: answer.body.delivery_id,
        platform,
        body: sent.body,
        status: 'received',
        headers: { 'content-type': 'application/json' },
      },
    ])
    expect(JSON.stringify((await api.stored())[0]!['headers'])).not.toContain('signature')
  })

  it('is stored once, also when repeats arrive at the same moment and with the other secret', async () => {
    const body = bodyOf(platform)
    const sent =
      platform === 'standard-webhooks' ? standardRequest(body, api.secrets[platform][0], { id: 'msg_1' }) : api.proven(platform, body)
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.send(platform, sent)))
    expect(new Set(answers.map(({ status, body: { delivery_id } }) => `${status} ${delivery_id}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(202)
    expect(await api.stored()).toHaveLength(1)
    expect(await api.send(platform, PROOFS[platform](bodyOf(platform), api.secrets[platform][1]))).toMatchObject({ status: 202 })
    expect(await api.stored()).toHaveLength(2)
  })

  it('is refused and counted when its proof is bad, and nothing is stored', async () => {
    const before = [await refused(platform, 'bad-signature'), await refused(platform, 'unsigned')]
    const bad = await api.send(platform, PROOFS[platform](bodyOf(platform), newSecret()))
    expect(bad).toMatchObject({ status: 401, body: { title: 'Unauthorized' } })
    expect(bad.headers.get('www-authenticate')).toBe('Webhook')
    expect((await api.send(platform, { body: bodyOf(platform), headers: {}, pathSecret: null })).status).toBe(401)
    expect([await refused(platform, 'bad-signature'), await refused(platform, 'unsigned')]).toEqual(before.map((count) => count + 1))
    expect(await api.stored()).toEqual([])
  })
})

it('takes a signed live event, which is no JSON, and reads no other body of its type', async () => {
  const body = await api.keys.sign(BODIES.canvas(said()))
  const sent = { body, headers: {}, pathSecret: null }
  for (const type of ['application/jwt', 'text/plain', 'application/json']) expect((await api.send('canvas', sent, type)).status).toBe(202)
  expect(await api.stored()).toMatchObject([{ body }])
})

it('refuses a delivery that is old, with what is wrong', async () => {
  const old = standardRequest(bodyOf('standard-webhooks'), api.secrets['standard-webhooks'][0], { at: new Date(Date.now() - 360_000) })
  const before = await refused('standard-webhooks', 'stale')
  expect(await api.send('standard-webhooks', old)).toMatchObject({ status: 401, body: { detail: expect.stringContaining('five minutes') } })
  expect(await refused('standard-webhooks', 'stale')).toBe(before + 1)
})

it.each(['nobody', 'constructor', '%2e%2e'])('knows no platform %s', async (name) => {
  expect(await api.send(name, api.proven('graphy'))).toMatchObject({ status: 404 })
})

it.each([
  ['no JSON', Buffer.from('{"resource": "ada@example.com'), 'application/json', 400],
  ['empty', Buffer.alloc(0), 'application/json', 400],
  ['too large', Buffer.from(`"${'x'.repeat(1_048_576)}"`), 'application/json', 413],
  ['of another type', Buffer.from('{}'), 'application/xml', 415],
])('refuses a body that is %s, though it is proven', async (_, body, type, status) => {
  const answer = await api.send('thinkific', api.proven('thinkific', body), type)
  expect(answer.status).toBe(status)
  expect(answer.body.detail).not.toContain('ada')
  expect(await api.stored()).toEqual([])
})

it('says that a delivery is taken only when it is stored', async () => {
  await api.database.dataSource.query('alter table webhook_delivery rename to elsewhere')
  try {
    expect((await api.send('thinkific', api.proven('thinkific'))).status).toBe(500)
  } finally {
    await api.database.dataSource.query('alter table elsewhere rename to webhook_delivery')
  }
})

it('puts neither secrets nor learners into the log', () => {
  const log = JSON.stringify(api.logger.lines)
  expect(log).toContain('/api/v1/webhooks/:platform/:secret')
  expect(log).not.toContain('ada@example.com')
  for (const secret of Object.values(api.secrets).flat()) expect(log).not.toContain(secret)
})

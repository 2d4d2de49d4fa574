import { PLATFORMS } from '../webhooks/platform'
import { WebhooksApi } from './webhooks-api.fixture'

const api = new WebhooksApi()
beforeAll(() => api.start())
afterAll(() => api.stop())

const settle = (platform: string, status: string, reason: string) =>
  api.database.dataSource.query(
    `update webhook_delivery set status = $2, reason = $3, attempts = 1, due_at = case when $2 = 'waiting' then due_at end where platform = $1`,
    [platform, status, reason],
  )

beforeEach(async () => {
  await api.database.dataSource.query('delete from webhook_delivery')
  for (const platform of PLATFORMS) await api.send(platform, api.proven(platform))
  await settle('moodle', 'waiting', 'nobody')
  await settle('graphy', 'failed', 'courses must be a list')
  await settle('canvas', 'done', 'completed: 1')
})

it('shows deliveries to administrators alone', async () => {
  for (const [method, path] of [
    ['GET', 'deliveries'],
    ['POST', 'deliveries/redrive'],
  ] as const) {
    expect((await api.call(method, path, { roles: null })).status).toBe(401)
    expect((await api.call(method, path, { roles: ['learner'] })).status).toBe(403)
  }
})

it('lists them with status, reason and age, and without what they say', async () => {
  const { status, body } = await api.call('GET', 'deliveries?status=waiting')
  expect(status).toBe(200)
  expect(body).toEqual({
    items: [
      {
        delivery_id: expect.any(String),
        platform: 'moodle',
        status: 'waiting',
        reason: 'nobody',
        attempts: 1,
        received_at: expect.any(String),
        age_seconds: expect.any(Number),
        next_attempt_at: expect.any(String),
        settled_at: null,
      },
    ],
    next_cursor: null,
  })
  expect((await api.call('GET', 'deliveries?platform=graphy')).body.items).toMatchObject([{ status: 'failed' }])
  expect((await api.call('GET', 'deliveries?platform=graphy&status=done')).body.items).toEqual([])
})

it('gives them in pages, in the order of their arrival', async () => {
  const pages: string[][] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await api.call('GET', `deliveries?limit=4${cursor && `&cursor=${cursor}`}`)
    pages.push(body.items.map((item) => item.platform))
    cursor = body.next_cursor
  }
  expect(pages).toEqual([PLATFORMS.slice(0, 4), PLATFORMS.slice(4)])
})

it.each(['status=lost', 'platform=nobody', 'limit=0', 'limit=201', 'cursor=x', 'other=1'])('names what is wrong in %s', async (query) => {
  const answer = await api.call('GET', `deliveries?${query}`)
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: query.split('=')[0] }] } })
})

it('has them tried anew by status and platform', async () => {
  expect((await api.call('POST', 'deliveries/redrive', { body: '{"status": "failed", "platform": "canvas"}' })).body).toEqual({
    deliveries: 0,
  })
  expect((await api.call('POST', 'deliveries/redrive', { body: '{"status": "failed"}' })).body).toEqual({ deliveries: 1 })
  expect((await api.call('GET', 'deliveries?platform=graphy')).body.items).toMatchObject([
    { status: 'received', reason: 'courses must be a list' },
  ])
})

it('reads bodies of other routes as ever', async () => {
  const redrive = (type: string, sent: string) => api.call('POST', 'deliveries/redrive', { type, body: sent })
  expect((await redrive('application/json', '{"status": ')).status).toBe(400)
  expect((await redrive('application/json', '{"status": "lost"}')).status).toBe(400)
  expect((await redrive('text/plain', '{"status": "failed"}')).status).toBe(415)
})

it('counts those that are not done at each scrape', async () => {
  const text = await api.metrics.registry.metrics()
  expect(text).toMatch(/laurel_webhook_unsettled\{platform="moodle",status="waiting"[^}]*\} 1/)
  expect(text).toMatch(/laurel_webhook_oldest_unsettled_seconds\{platform="graphy",status="failed"/)
  expect(text).not.toMatch(/laurel_webhook_unsettled\{platform="canvas"/)
  expect(text).toMatch(/laurel_webhook_received_total\{platform="canvas",repeat="false"/)
})

import { inspect } from 'node:util'
import { OutsideSystem } from '@laurel/jobs'
import { Metrics } from '@laurel/telemetry'
import { Graphy, GRAPHY_BREAKER } from './graphy'
import { GraphyFixture, type Account, type Trouble } from './graphy.fixture'
import { Pace } from './pace'

const KEY = 'graphy-key-4711'
const EMAIL = 'ada@learners.example'
const outside = new GraphyFixture()
const metrics = new Metrics('spec')
let system: OutsideSystem
let graphy: Graphy

beforeAll(() => outside.start())
afterAll(() => outside.stop())
beforeEach(() => {
  outside.calls.length = 0
  outside.troubles = []
  outside.isFiltering = true
  system = new OutsideSystem({ name: 'graphy', baseUrl: outside.baseUrl, timeoutMs: 5_000, metrics, breaker: GRAPHY_BREAKER })
  graphy = new Graphy(system, { merchantId: 'mid-1', apiKey: KEY }, new Pace(1_000))
})
afterEach(() => system.close())

const item = (completed: unknown) => ({ completed, type: 'video', title: 'Washing hands' })
const course = (items: unknown, id = 'food-1') => ({ id, Title: 'Handling food safely', 'course items': items })
const account = (courses: readonly object[], id = 'g1', email = EMAIL): Account => ({ id, email, courses })
const standing = (signal = new AbortController().signal) => graphy.standing(EMAIL, 'food-1', signal)

it('asks as the merchant for one e-mail, with courses', async () => {
  outside.accounts = []
  await expect(standing()).resolves.toBeNull()
  expect(Object.fromEntries(outside.calls[0]!)).toEqual({
    mid: 'mid-1',
    key: KEY,
    courseInfo: 'true',
    query: JSON.stringify({ email: EMAIL }),
    limit: '50',
    skip: '0',
  })
})

it.each([
  ['every item is completed', [item(true), item(true)], true],
  ['one is not', [item(true), item(false)], false],
  ['there is none', [], false],
  ['they are left out', undefined, false],
  ['completed is a text', [item('true')], false],
])('when %s', async (_, items, isComplete) => {
  outside.accounts = [account([course([item(true)], 'another'), course(items)])]
  await expect(standing()).resolves.toMatchObject({ externalLearnerId: 'g1', isComplete, completedAt: null })
})

it('keeps what Graphy said of the course, and not the e-mail', async () => {
  outside.accounts = [account([course([item(true)])])]
  const found = await standing()
  expect(JSON.parse(found!.evidence)).toEqual({ learner_id: 'g1', course: course([item(true)]) })
  expect(found!.evidence).not.toContain(EMAIL)
})

it('knows nobody who is not in the course, or has another address', async () => {
  outside.isFiltering = false
  outside.accounts = [account([course([item(true)], 'another')]), account([course([item(true)])], 'g2', 'eve@learners.example')]
  await expect(standing()).resolves.toBeNull()
})

it('reads all pages, and prefers the account that completed', async () => {
  outside.isFiltering = false
  const others = Array.from({ length: 99 }, (_, n) => account([course([item(true)])], `other${n}`, `other${n}@learners.example`))
  outside.accounts = [account([course([item(false)])], 'first'), ...others, account([course([item(true)])], 'second', EMAIL.toUpperCase())]
  await expect(standing()).resolves.toMatchObject({ externalLearnerId: 'second', isComplete: true })
  expect(outside.calls.map((call) => call.get('skip'))).toEqual(['0', '50', '100'])
})

it('does not read the whole school when the filter is not applied', async () => {
  outside.isFiltering = false
  outside.accounts = Array.from({ length: 501 }, (_, n) => account([], `g${n}`, `other${n}@learners.example`))
  await expect(standing()).rejects.toMatchObject({ name: 'PermanentJobError' })
  expect(outside.calls).toHaveLength(10)
})

describe('trouble', () => {
  beforeEach(() => {
    outside.accounts = [account([course([item(true)])])]
  })

  it.each<[string, Trouble[]]>([
    ['two errors of the server', [{ status: 500 }, { status: 503 }]],
    ['a cut connection', ['cut']],
    ['an answer that is no JSON', [{ body: '<html>' }]],
    ['a request to wait a second', [{ status: 429, headers: { 'retry-after': '1' } }]],
  ])('is over after a repetition: %s', async (_, troubles) => {
    outside.troubles = [...troubles]
    await expect(standing()).resolves.toMatchObject({ isComplete: true })
    expect(outside.calls).toHaveLength(troubles.length + 1)
  })

  it.each<[string, string, number, Trouble[]]>([
    ['OutsideCallError', 'the third error', 3, [{ status: 500 }, 'cut', { status: 500 }]],
    ['PermanentJobError', 'a refusal', 1, [{ status: 401 }]],
    ['PermanentJobError', 'an answer of another shape', 1, [{ body: '{"learners":[]}' }]],
    ['PostponeJobError', 'a request to wait long', 1, [{ status: 429, headers: { 'retry-after': '60' } }]],
  ])('fails with %s after %s', async (name, _, calls, troubles) => {
    outside.troubles = [...troubles]
    await expect(standing()).rejects.toMatchObject({ name })
    expect(outside.calls).toHaveLength(calls)
  })

  it('opens the breaker after five errors: then Graphy is not called', async () => {
    outside.troubles = Array.from({ length: 5 }, () => ({ status: 500 }))
    await expect(standing()).rejects.toMatchObject({ name: 'OutsideCallError' })
    await expect(standing()).rejects.toMatchObject({ name: 'PostponeJobError' })
    await expect(standing()).rejects.toMatchObject({ name: 'PostponeJobError' })
    expect(outside.calls).toHaveLength(5)
  })

  it('ends when the caller gives up', async () => {
    await expect(standing(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })

  it.each<[string, Trouble]>([
    ['a cut connection', 'cut'],
    ['an error of the server', { status: 500 }],
    ['an answer that is no JSON', { body: '<html>' }],
    ['an answer of another shape', { body: '[]' }],
    ['a refusal', { status: 401 }],
    ['a request to wait long', { status: 429, headers: { 'retry-after': '60' } }],
  ])('never shows the key or the e-mail in an error, its causes or metrics: %s', async (_, trouble) => {
    outside.troubles = [trouble, trouble, trouble]
    const error: unknown = await standing().catch((thrown: unknown) => thrown)
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + (await metrics.registry.metrics())
    expect(shown).toContain('graphy GET /public/v2/learners')
    expect(shown).toContain('system="graphy"')
    for (const secret of [KEY, EMAIL, encodeURIComponent(EMAIL)]) expect(shown).not.toContain(secret)
  })
})

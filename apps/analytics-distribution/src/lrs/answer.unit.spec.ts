import { answerOf } from './answer'

const ID = '0b5c3a52-7f0e-5d0b-9c55-0d6f1d3a9e01'
const now = new Date('2026-01-01T00:00:00.000Z')
const answer = (status: number, text = '', retryAfter?: string) => answerOf({ status, text, retryAfter }, [ID], now)

describe('a batch counts as stored', () => {
  it('when the store lists its ids', () => {
    expect(answer(200, JSON.stringify([ID.toUpperCase()]))).toEqual({ kind: 'stored' })
    expect(answer(204)).toEqual({ kind: 'stored' })
  })

  it.each(['', '<html>Sign in</html>', '[]', '{}', 'null', `["${ID.replace('0', '1')}"]`])('but not for a 200 with %j', (text) => {
    expect(answer(200, text)).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('LRS_URL') })
  })
})

describe('a batch counts as refused', () => {
  it.each([400, 409, 413, 422])('for a %d, with what the store says', (status) => {
    expect(answer(status, 'statements[3]: bad')).toEqual({ kind: 'refused', status, reason: `answered ${status}: statements[3]: bad` })
  })

  it('with a reason that the database can hold, of bounded length', () => {
    const { reason } = answer(400, `\u0000${'x'.repeat(490)}${'\u{1F600}'.repeat(100)}`) as { reason: string }
    expect(reason).not.toContain('\u0000')
    expect(reason.isWellFormed()).toBe(true)
    expect(reason.length).toBeLessThan(600)
  })
})

describe('a store that asks for patience', () => {
  it.each([
    ['2', 2_000],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7_000],
    ['0', 100],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 100],
    ['999999999', 600_000],
    ['soon', 5_000],
    [undefined, 5_000],
  ])('gets it: Retry-After %s is %d ms', (retryAfter, delayMs) => {
    expect(answer(429, '', retryAfter)).toEqual({ kind: 'later', delayMs })
  })
})

describe('a batch is to be sent again', () => {
  it.each([500, 502, 503, 504, 408])('after a %d', (status) => {
    expect(answer(status)).toEqual({ kind: 'unavailable', reason: `answered ${status}` })
  })

  it.each([
    [401, 'LRS_PASSWORD'],
    [403, 'LRS_PASSWORD'],
    [302, 'LRS_URL'],
    [404, 'LRS_URL'],
    [405, 'LRS_URL'],
  ])('after a %d, which no statement is to blame for: look at %s', (status, variable) => {
    expect(answer(status)).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining(variable) })
  })
})

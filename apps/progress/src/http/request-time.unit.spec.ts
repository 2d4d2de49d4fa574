import { isRequestTime, requestTime } from './request-time'

describe('isRequestTime', () => {
  it.each([
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2024-02-29T12:00:00.5+05:30',
    '2000-02-29T00:00:00-23:59',
    '2026-01-05T00:00:00.123456789Z',
    '1970-01-01T01:00:00+01:00',
  ])('takes %s', (text) => {
    expect(isRequestTime(text)).toBe(true)
  })

  it.each([
    '2026-01-05',
    '2026-01-05T00:00:00',
    '2026-01-05 00:00:00Z',
    '2026-01-05t00:00:00z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T00:00:60Z',
    '2026-01-05T00:00:00.Z',
    '2026-01-05T00:00:00+24:00',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '0000-01-01T00:00:00Z',
    '+002026-01-05T00:00:00Z',
    '',
    7,
    null,
    undefined,
    ['2026-01-05T00:00:00Z'],
  ])('refuses %p', (value) => {
    expect(isRequestTime(value)).toBe(false)
  })
})

it('takes now for a time in the future or none', () => {
  const now = new Date('2026-01-05T00:00:00.000Z')
  expect(requestTime('2026-01-05T01:00:00.001+01:00', now)).toBe(now)
  expect(requestTime(undefined, now)).toBe(now)
  expect(requestTime('2026-01-05T00:59:59.999+01:00', now)).toEqual(new Date('2026-01-04T23:59:59.999Z'))
})

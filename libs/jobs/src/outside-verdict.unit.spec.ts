import { verdictOf } from './outside-verdict'

const NOW = new Date('2026-01-02T03:04:05.000Z')
const later = (header: string | undefined): number => {
  const verdict = verdictOf(429, header, NOW)
  if (verdict.kind !== 'later') throw new Error(`expected later, got ${verdict.kind}`)
  return verdict.delayMs
}

describe('verdictOf', () => {
  it.each([
    [200, 'ok'],
    [201, 'ok'],
    [204, 'ok'],
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [408, 'outage'],
    [422, 'refused'],
    [429, 'later'],
    [500, 'outage'],
    [503, 'outage'],
  ])('takes %i as %s', (status, kind) => {
    expect(verdictOf(status, undefined, NOW).kind).toBe(kind)
  })

  it('honours Retry-After in seconds', () => expect(later('7')).toBe(7_000))
  it('honours Retry-After as a date', () => expect(later('Fri, 02 Jan 2026 03:04:15 GMT')).toBe(10_000))
  it('waits a second at least', () => expect(later('0')).toBe(1_000))
  it('waits an hour at most', () => expect(later('86400')).toBe(3_600_000))
  it('waits a second for a date that has passed', () => expect(later('Fri, 02 Jan 2026 03:04:00 GMT')).toBe(1_000))
  it.each([undefined, '', 'soon'])('waits 5 s when Retry-After is %p', (header) => expect(later(header)).toBe(5_000))
})

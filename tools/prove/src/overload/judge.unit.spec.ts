import type { LoadResult } from '@laurel/bench'
import { Findings } from '../findings'
import { judge, type Loaded, type Measured } from './judge'
import { memoryUse } from './memory-watch'

function load(change: Partial<LoadResult> = {}): Loaded {
  const latencies = Float64Array.from({ length: 1_000 }, (_, nth) => 100 + nth / 10)
  return {
    seconds: 10,
    sent: 1_000,
    statuses: { 200: 1_000 },
    inTime: 1_000,
    withRetryAfter: 0,
    unanswered: 0,
    unsent: 0,
    latencies,
    lateness: Float64Array.of(1),
    busy: 0.3,
    cores: {},
    ...change,
  }
}

const REFUSING = { sent: 2_000, statuses: { 200: 1_000, 503: 1_000 }, withRetryAfter: 1_000 }

function measured(overload: Partial<LoadResult> = {}, change: Partial<Measured> = {}): Measured {
  const memoryMb = { highest: 400, early: 380, late: 390 }
  return {
    capacity: load(),
    rate: 200,
    overload: load({ ...REFUSING, ...overload }),
    afterwards: load(),
    memoryMb,
    endedByItself: 0,
    ...change,
  }
}

function found(of: Measured): string[] {
  const findings = new Findings()
  judge(of, findings)
  return findings.examples.map(({ what }) => what)
}

it('finds nothing when all is as promised', () => {
  expect(found(measured())).toEqual([])
})

it.each<[string, Partial<LoadResult>, RegExp]>([
  ['too little done', { inTime: 899 }, /^goodput is 90 % of capacity/],
  ['too slow', { latencies: Float64Array.from({ length: 100 }, (_, nth) => (nth > 97 ? 501 : 1)) }, /99th percentile .* 501 ms/],
  ['nothing accepted', { latencies: new Float64Array(), inTime: 0 }, /99th percentile .* NaN ms/],
  ['refusals without Retry-After', { withRetryAfter: 998 }, /2 × 503 without Retry-After/],
  ['failures', { statuses: { 200: 1_000, 503: 1_000, 500: 3 } }, /3 × 500/],
  ['connections that ended without an answer', { unanswered: 4 }, /4 × no answer/],
  ['requests that were never sent', { unsent: 5 }, /5 × no free connection/],
  ['no refusals', { statuses: { 200: 1_000 }, withRetryAfter: 0 }, /that was no overload/],
  ['a generator that is late', { lateness: Float64Array.of(150) }, /nothing is proven/],
])('finds %s', (_, overload, what) => {
  expect(found(measured(overload))).toContainEqual(expect.stringMatching(what))
})

it.each<[string, Partial<Measured>, RegExp]>([
  ['a leak', { memoryMb: { highest: 500, early: 300, late: 346 } }, /memory grew from 300 to 346 MB/],
  ['memory that nobody could read', { memoryMb: { highest: NaN, early: NaN, late: NaN } }, /memory grew/],
  ['too much memory', { memoryMb: { highest: 701, early: 690, late: 701 } }, /memory rose to 701 MB/],
  ['refusals afterwards', { afterwards: load({ sent: 1_001, statuses: { 200: 1_000, 503: 1 } }) }, /after the overload 1 requests/],
  ['a service that ended', { endedByItself: 1 }, /ended 1 times by itself/],
])('finds %s', (_, change, what) => {
  expect(found(measured({}, change))).toContainEqual(expect.stringMatching(what))
})

it('compares the last quarter of the memory samples with the second', () => {
  expect(memoryUse([1, 1, 10, 12, 30, 90, 20, 22])).toEqual({ highest: 90, early: 11, late: 21 })
})

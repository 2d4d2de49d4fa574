import { Findings } from '../findings'
import type { StackRun } from '../stack-proof/stack-proof'
import { Latency } from './latency'

const HOUR_MS = 3_600_000

describe('Latency', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  /** Quiet windows in each third of three hours, with so many writes of so many milliseconds; one in fifty takes ten times as long. */
  const judged = (parts: readonly { writes: number; ms: number }[], windows = 4) => {
    const http = { onAcknowledged: (_sentAt: number, _tookMs: number): void => undefined }
    const run = { load: { http }, findings: new Findings(), figures: {} }
    const latency = new Latency(run as unknown as StackRun)
    for (const { writes, ms } of parts) {
      for (let window = 0; window < windows; window++) {
        latency.open()
        for (let i = 0; i < writes / windows; i++) http.onAcknowledged(performance.now(), i % 50 === 0 ? ms * 10 : ms)
        latency.close()
      }
      http.onAcknowledged(performance.now(), 60_000)
      jest.advanceTimersByTime(HOUR_MS)
      http.onAcknowledged(performance.now() - HOUR_MS / 2, 60_000)
    }
    latency.judge()
    return { ...run, found: run.findings.examples.map(({ what }) => what).join() }
  }

  it('takes a 99th percentile that stays as it is, whatever it was outside of the windows', () => {
    const { findings, figures } = judged([
      { writes: 4_000, ms: 10 },
      { writes: 10, ms: 500 },
      { writes: 4_000, ms: 11 },
    ])
    expect(findings.none).toBe(true)
    expect(figures).toMatchObject({
      'REST writes in quiet windows, first third': '4000 in 4, 99th percentile 100.0 ms',
      'drift of the 99th percentile': '10 %',
    })
  })

  it('finds one that rose by more than a fifth', () => {
    const { found } = judged([
      { writes: 4_000, ms: 10 },
      { writes: 4_000, ms: 10 },
      { writes: 4_000, ms: 13 },
    ])
    expect(found).toContain('rose by 30 %')
  })

  it('says that it does not judge what is too few', () => {
    const { findings, figures } = judged([
      { writes: 4_000, ms: 10 },
      { writes: 0, ms: 0 },
      { writes: 2_000, ms: 30 },
    ])
    expect(findings.none).toBe(true)
    expect(figures).toMatchObject({ 'drift of the 99th percentile': expect.stringContaining('NOT JUDGED') })
    const parts = [10, 10, 30].map((ms) => ({ writes: 4_000, ms }))
    expect(judged(parts, 3)).toMatchObject({
      found: '',
      figures: { 'drift of the 99th percentile': expect.stringContaining('NOT JUDGED') },
    })
  })
})

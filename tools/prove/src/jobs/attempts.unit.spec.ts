import { Findings } from '../findings'
import { Attempts } from './attempts'

describe('Attempts', () => {
  let findings: Findings
  let attempts: Attempts
  let now: number
  beforeEach(() => {
    now = 0
    findings = new Findings()
    attempts = new Attempts(findings, () => now)
  })
  const call = (attempt: number, pid = attempt) => ({ job: 'a', attempt, pid, worker: 0 })

  it.each(['unwell', 'later'] as const)('lets another attempt follow one that ended (%s)', (ending) => {
    attempts.begin(call(1))
    attempts.end(call(1), ending)
    attempts.begin(call(2))
    expect(findings.none).toBe(true)
  })

  it.each(['done', 'refused', undefined] as const)('finds the job doubled when another attempt follows one that ended (%s)', (ending) => {
    attempts.begin(call(1))
    if (ending) attempts.end(call(1), ending)
    attempts.begin(call(2))
    expect(findings).toMatchObject({ doubled: 1, lost: 0, wrong: 0 })
  })

  it('finds the job doubled when an attempt begins twice', () => {
    attempts.begin(call(1))
    attempts.end(call(1), 'unwell')
    attempts.begin(call(1, 2))
    expect(findings.doubled).toBe(1)
  })

  it('lets another attempt follow one whose process was killed, and says how long that took', () => {
    attempts.begin(call(1))
    now = 100
    expect(attempts.cut(1)).toBe(1)
    now = 12_100
    attempts.begin(call(2))
    expect(findings.none).toBe(true)
    expect(attempts.retaken).toEqual([{ job: 'a', from: 1, to: 2, tookMs: 12_000 }])
    expect(attempts.wasCut('a')).toBe(true)
  })

  it('lets another attempt follow one that was done, when its process was killed before that can have been stored', () => {
    attempts.begin(call(1))
    attempts.end(call(1), 'done')
    now = 500
    expect(attempts.cut(1)).toBe(0)
    attempts.begin(call(2))
    expect(findings.none).toBe(true)
  })

  it('does not excuse an attempt that follows one that was done long before its process was killed', () => {
    attempts.begin(call(1))
    attempts.end(call(1), 'done')
    now = 2_000
    attempts.cut(1)
    attempts.begin(call(2))
    expect(findings.doubled).toBe(1)
  })

  it('takes what arrives from a killed process as cut', () => {
    attempts.cut(1)
    attempts.begin(call(1))
    attempts.end(call(1), 'done')
    attempts.begin(call(2))
    expect(findings.none).toBe(true)
  })

  it('lets a refused job be redriven', () => {
    attempts.begin(call(1))
    attempts.end(call(1), 'refused')
    attempts.redriven(['a'])
    attempts.begin(call(2))
    expect(findings.none).toBe(true)
  })
})

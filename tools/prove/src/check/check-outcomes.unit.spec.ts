import { Findings } from '../findings'
import { take } from './check-outcomes'

const NONE = { expected: 9, found: 9, missing: 0, double: 0, unexpected: 0, problems: [] }

describe('a row of the comparison', () => {
  it('counts each missing one as lost, each repeated one as doubled and each surplus one as wrong, with its words', () => {
    const findings = new Findings()
    const problems = ['missing: a', '2 times: b', 'unexpected: c']
    take('badge', { ...NONE, missing: 2, double: 1, unexpected: 1, problems }, findings)
    expect([findings.lost, findings.doubled, findings.wrong]).toEqual([2, 1, 1])
    expect(findings.examples.map(({ what }) => what)).toEqual([
      'badge missing: a',
      'badge one more',
      'badge 2 times: b',
      'badge unexpected: c',
    ])
  })

  it('counts wrong contents as wrong', () => {
    const findings = new Findings()
    take('course.completed', { ...NONE, problems: ['score 7 instead of 9'] }, findings)
    expect([findings.lost, findings.doubled, findings.wrong]).toEqual([0, 0, 1])
  })

  it('finds nothing in an exact one', () => {
    const findings = new Findings()
    take('badge', NONE, findings)
    expect(findings.none).toBe(true)
  })
})

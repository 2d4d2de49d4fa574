import { summary } from './run-tests'

describe('summary', () => {
  const types = { name: 'types', passed: 1, failed: 0, skipped: [], ms: 3_000 }

  it('ends with exactly the counts of all stages', () => {
    const unit = { name: 'unit', passed: 40, failed: 2, skipped: [], ms: 61_000 }
    expect(summary([types, unit])).toEqual([
      '',
      '✓ types        3.0 s        1 passed, 0 failed',
      '✗ unit         1 min 1 s    40 passed, 2 failed',
      '  all          1 min 4 s',
      '41 passed, 2 failed',
    ])
  })

  it('lists what was skipped before the last line', () => {
    const lines = summary([types, { name: 'unit', passed: 3, failed: 0, skipped: ['a.spec.ts: not today'], ms: 10 }])
    expect(lines.slice(-3)).toEqual(['1 skipped:', '  a.spec.ts: not today', '4 passed, 0 failed'])
  })
})

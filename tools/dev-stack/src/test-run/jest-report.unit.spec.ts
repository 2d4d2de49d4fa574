import { countJestRun } from './jest-report'

const report = (o: object) =>
  JSON.stringify({ success: true, numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [], ...o })

describe('countJestRun', () => {
  it('counts tests', () => {
    expect(countJestRun(report({ success: false, numPassedTests: 5, numFailedTests: 2 }), 1)).toEqual({ passed: 5, failed: 2, skipped: [] })
  })

  it('counts a suite that cannot be loaded as a failure', () => {
    expect(countJestRun(report({ success: false, numPassedTests: 5, numRuntimeErrorTestSuites: 1 }), 1)).toMatchObject({
      passed: 5,
      failed: 1,
    })
  })

  it('names skipped tests with their file', () => {
    const testResults = [
      {
        name: '/repo/a.spec.ts',
        assertionResults: [
          { fullName: 'works', status: 'passed' },
          { fullName: 'not today', status: 'pending' },
          { fullName: 'later', status: 'todo' },
        ],
      },
    ]
    const { skipped } = countJestRun(report({ numPassedTests: 1, testResults }), 0, (path) => path.replace('/repo/', ''))
    expect(skipped).toEqual(['a.spec.ts: not today', 'a.spec.ts: later'])
  })

  it.each([
    ['wrote no report', undefined, 1],
    ['failed without a failed test, as when its set-up fails', report({}), 1],
    ['says that it did not succeed', report({ success: false }), 0],
  ])('counts a run as one failure that %s', (_what, json, exitCode) => {
    expect(countJestRun(json, exitCode)).toMatchObject({ failed: 1 })
  })
})

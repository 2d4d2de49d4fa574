import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutated } from './mutant'
import { MUTANTS } from './mutant-list'
import { REPOSITORY } from '@laurel/dev-stack'
import { readReport, type JestReport } from './spec-run'

describe('the list of mutants', () => {
  it('has at least twenty, each with a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20)
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s: its text is there once, and its specs are', (_, mutant) => {
    const source = readFileSync(join(REPOSITORY, mutant.file), 'utf8')
    expect(mutated(source, mutant)).not.toBe(source)
    expect(mutant.specs.filter((spec) => !/\.(unit|int)\.spec\.ts$/.test(spec) || !existsSync(join(REPOSITORY, spec)))).toEqual([])
    expect(mutant.specs).not.toEqual([])
  })
})

describe('mutated', () => {
  const mutant = { name: 'm', breaks: '', file: 'f.ts', text: 'a()', replacement: '$&b()', specs: [] }

  it('replaces the text, whatever the replacement holds', () => {
    expect(mutated('x; a(); y', mutant)).toBe('x; $&b(); y')
  })

  it.each(['x', 'a(); a()'])('refuses a text that is not there once: %s', (source) => {
    expect(() => mutated(source, mutant)).toThrow(/^m: its text occurs \d times in f\.ts, and must occur once$/)
  })
})

describe('readReport', () => {
  const suite = (statuses: string[], status = statuses.includes('failed') ? 'failed' : 'passed') => ({
    name: '/x/a.unit.spec.ts',
    status,
    message: 'why',
    assertionResults: statuses.map((one, n) => ({ fullName: `test ${n}`, status: one })),
  })
  const report = (...testResults: JestReport['testResults']): JestReport => ({
    numTotalTests: testResults.flatMap(({ assertionResults }) => assertionResults).length,
    success: testResults.every(({ status }) => status === 'passed'),
    testResults,
  })

  it('names the first test that failed', () => {
    expect(readReport(report(suite(['passed']), suite(['passed', 'failed'])))).toEqual({ kind: 'red', test: 'test 1' })
  })

  it('is green when all passed', () => {
    expect(readReport(report(suite(['passed'])))).toEqual({ kind: 'green' })
  })

  it('takes no spec that could not be run for one that noticed something', () => {
    expect(readReport(report(suite([], 'failed')))).toEqual({ kind: 'broken', why: 'why' })
    expect(readReport(report())).toMatchObject({ kind: 'broken' })
  })
})

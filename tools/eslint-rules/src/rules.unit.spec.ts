import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Message {
  ruleId: string | null
  message: string
}
interface Linted {
  rules: string[]
  results: { fixture: string; messages: Message[] }[]
}

// A process of its own: ESLint loads ES modules and native code that jest's module registry cannot.
const linted = JSON.parse(
  execFileSync(process.execPath, [join(__dirname, 'lint-fixtures.mjs')], { encoding: 'utf8', maxBuffer: 64 << 20 }),
) as Linted

const of = (kind: 'fail' | 'pass') => linted.results.filter(({ fixture }) => fixture.split('/')[1] === kind)

/** The leading lines `// expect <rule>: <start of the message>` of a fixture, one for each message. */
function expectations(fixture: string): string[] {
  const text = readFileSync(join(__dirname, '../fixtures', fixture), 'utf8')
  return [...text.matchAll(/^\/\/ expect (.*)$/gm)].map(([, expected]) => expected ?? '').sort()
}

describe('a fixture that breaks a rule', () => {
  it.each(of('fail'))('$fixture', ({ fixture, messages }) => {
    const expected = expectations(fixture)
    const found = messages.map(({ ruleId, message }) => `${ruleId ?? 'eslint'}: ${message}`).sort()
    expect(expected).not.toEqual([])
    expect(found).toEqual(expected.map((start) => expect.stringContaining(start)))
  })
})

describe('a fixture that keeps the rules', () => {
  it.each(of('pass'))('$fixture', ({ messages }) => {
    expect(messages).toEqual([])
  })
})

it('every rule has a fixture that must fail and one that must pass', () => {
  const withFixture = (kind: 'fail' | 'pass') => new Set(of(kind).map(({ fixture }) => fixture.split('/')[0]))
  expect(linted.rules.filter((rule) => !withFixture('fail').has(rule))).toEqual([])
  expect(linted.rules.filter((rule) => !withFixture('pass').has(rule))).toEqual([])
})

import { Findings } from './findings'
import { withVerdict } from './proof-page'

const PAGE = 'before\n<!-- proof: written by `npm run prove -- --write` -->\nold\n<!-- /proof -->\nafter\n'
const ORDER = ['relay', 'replay']
const FULL = { size: '', day: '2026-01-31' }

const verdict = (findings: Findings, name = 'relay') => ({
  name,
  seed: 7,
  faults: { 'SIGKILL between produce and delete': 1_200 },
  acknowledged: 34_567,
  recoveryMs: 6_100,
  findings,
  figures: { completions: 1_234 },
})

it('replaces what is between the markers, and nothing else', () => {
  const page = withVerdict(PAGE, verdict(new Findings()), FULL, ORDER)
  expect(page.startsWith('before\n')).toBe(true)
  expect(page.endsWith('<!-- /proof -->\nafter\n')).toBe(true)
  expect(page).not.toContain('old')
  expect(page).toContain('| relay | 2026-01-31 full | 7 | 1,200 SIGKILL between produce and delete | 34,567 | 0 | 0 | 0 | 6,100 ms | yes |')
  expect(page).toContain('- relay: completions 1,234')
  expect(withVerdict(page, verdict(new Findings()), FULL, ORDER)).toBe(page)
})

it('says which promise did not hold, and in how small a run', () => {
  const findings = new Findings()
  findings.add('lost', 'a record')
  const page = withVerdict(PAGE, verdict(findings), { ...FULL, size: '--seconds 20' }, ORDER)
  expect(page).toContain('| relay | 2026-01-31 --seconds 20 |')
  expect(page).toContain('| 34,567 | 1 | 0 | 0 | 6,100 ms | **no** |')
})

it('keeps what other proofs found, in the order of the proofs', () => {
  const later = withVerdict(PAGE, verdict(new Findings(), 'replay'), FULL, ORDER)
  const both = withVerdict(later, verdict(new Findings()), FULL, ORDER)
  expect(both.match(/^(\||-) \w+/gm)).toEqual(['| proof', '| relay', '| replay', '- relay', '- replay'])
})

it('drops the row of a proof that there is no more', () => {
  const page = withVerdict(PAGE, verdict(new Findings(), 'replay'), FULL, ORDER)
  expect(withVerdict(page, verdict(new Findings()), FULL, ['relay'])).not.toContain('replay')
})

it('refuses a page without the markers', () => {
  expect(() => withVerdict('nothing', verdict(new Findings()), FULL, ORDER)).toThrow('docs/proof.md must have a block')
})

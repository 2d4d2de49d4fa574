import { Findings } from './findings'
import { withTable } from './proof-page'

const PAGE = 'before\n<!-- proof: written by `npm run prove -- --write` -->\nold\n<!-- /proof -->\nafter\n'

const verdict = (findings: Findings) => ({
  name: 'relay',
  seed: 7,
  faults: { 'SIGKILL between produce and delete': 1_200 },
  acknowledged: 34_567,
  recoveryMs: 6_100,
  findings,
  figures: { completions: 1_234 },
})

it('replaces what is between the markers, and nothing else', () => {
  const page = withTable(PAGE, [verdict(new Findings())], 'npm run prove -- relay')
  expect(page.startsWith('before\n')).toBe(true)
  expect(page.endsWith('<!-- /proof -->\nafter\n')).toBe(true)
  expect(page).not.toContain('old')
  expect(page).toContain('| relay | 7 | 1,200 SIGKILL between produce and delete | 34,567 | 0 | 0 | 0 | 6,100 ms | yes |')
  expect(page).toContain('- relay: completions 1,234')
  expect(withTable(page, [verdict(new Findings())], 'npm run prove -- relay')).toBe(page)
})

it('says which promise did not hold', () => {
  const findings = new Findings()
  findings.add('lost', 'a record')
  expect(withTable(PAGE, [verdict(findings)], '')).toContain('| 34,567 | 1 | 0 | 0 | 6,100 ms | **no** |')
})

it('refuses a page without the markers', () => {
  expect(() => withTable('nothing', [], '')).toThrow('docs/proof.md must have a block')
})
